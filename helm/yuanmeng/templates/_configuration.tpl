{{/*
The configuration of one service as a dict: (dict "root" $ "name" … "facts" … "values" …).
What the chart knows comes first, `settings` of the values over it.
*/}}
{{- define "configuration" -}}
{{- $values := .root.Values -}}
{{- $scheme := ternary "http" "https" (eq $values.tls.mode "mesh") -}}
{{- $server := dict
      "address" (printf "0.0.0.0:%v" $values.ports.grpc)
      "drain_notice_ms" $values.drainNoticeMs
      "drain_deadline_ms" $values.drainDeadlineMs -}}
{{- if eq $values.tls.mode "mesh" -}}
{{-   $_ := set $server "plain" true -}}
{{- else -}}
{{-   $_ := set $server "tls" (dict
        "certificate_file" "/etc/yuanmeng/tls/tls.crt"
        "key_file" "/etc/yuanmeng/tls/tls.key") -}}
{{- end -}}
{{- $issuer := dict
      "issuer" $values.auth.issuer
      "namespace" .root.Release.Namespace
      "jwks" $values.auth.jwks -}}
{{- if $values.auth.inCluster -}}
{{-   $_ := set $issuer "ca_file" "/var/run/yuanmeng/cluster/ca.crt" -}}
{{-   $_ := set $issuer "bearer_file" "/var/run/yuanmeng/cluster/token" -}}
{{- else -}}
{{-   $_ := set $issuer "ca_file" $values.auth.authorityFile -}}
{{- end -}}
{{- $configuration := dict
      "server" $server
      "telemetry" (dict
        "log" $values.telemetry.log
        "metrics_address" (printf "0.0.0.0:%v" $values.ports.probes))
      "auth" (dict "services" $issuer) -}}
{{- range .facts.asks -}}
{{-   $neighbour := dict "address" (printf "%s://%s.%s.svc:%v" $scheme . $.root.Release.Namespace $values.ports.grpc) -}}
{{-   if eq $values.tls.mode "mesh" -}}
{{-     $_ := set $neighbour "plain" true -}}
{{-   else -}}
{{-     $_ := set $neighbour "authority_file" "/etc/yuanmeng/tls/ca.crt" -}}
{{-   end -}}
{{-   $_ := set $configuration . $neighbour -}}
{{- end -}}
{{- if .facts.account -}}
{{-   $_ := set $configuration "account" (dict "token_file" "/var/run/yuanmeng/account/token") -}}
{{- end -}}
{{- if .facts.materials -}}
{{-   $_ := set $configuration "materials" (dict "folder" "/var/lib/yuanmeng/materials") -}}
{{- end -}}
{{- range $key, $setting := .facts.files -}}
{{-   $parts := splitList "." $setting -}}
{{-   $file := dict (last $parts) (printf "/etc/yuanmeng/secrets/%s" $key) -}}
{{-   $_ := set $configuration (first $parts) $file -}}
{{- end -}}
{{ mergeOverwrite $configuration (deepCopy .values.settings) | toJson }}
{{- end }}

{{/*
A dict as TOML: (dict "path" "" "section" …). Helm's own toToml writes 20000 as 20000.0, which is no number of
milliseconds; JSON's texts, numbers and lists are TOML's too.
*/}}
{{- define "toml" -}}
{{- if .path }}
[{{ .path }}]
{{- end }}
{{- range $key, $value := .section }}
{{- if not (kindIs "map" $value) }}
{{ $key }} = {{ toJson $value }}
{{- end }}
{{- end }}
{{- range $key, $value := .section }}
{{- if kindIs "map" $value }}
{{ include "toml" (dict "path" (join "." (compact (list $.path $key))) "section" $value) }}
{{- end }}
{{- end }}
{{- end }}
