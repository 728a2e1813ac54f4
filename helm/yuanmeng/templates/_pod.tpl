{{/*
What a service's pods and its migration have in common: (dict "root" $ "name" … "facts" … "values" …).
*/}}

{{/* The end of a pod: notice, then the deadline, then a moment to send off traces. */}}
{{- define "grace-seconds" -}}
{{- $server := .values.settings.server | default dict -}}
{{- $notice := $server.drain_notice_ms | default .root.Values.drainNoticeMs -}}
{{- $deadline := $server.drain_deadline_ms | default .root.Values.drainDeadlineMs -}}
{{ add (ceil (divf (addf $notice $deadline) 1000) | int) 5 }}
{{- end }}

{{- define "image" -}}
{{- $image := .root.Values.image -}}
{{- if .values.digest -}}
{{ printf "%s/%s@%s" $image.repository .name .values.digest }}
{{- else -}}
{{ printf "%s/%s:%s" $image.repository .name ($image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{/* Variables, each name once: Kubernetes refuses a name that stands there twice. */}}
{{- define "environment" -}}
{{- $environment := dict "YUANMENG_CONFIG" (printf "/etc/yuanmeng/config/%s.toml" .name) -}}
{{- range $key, $setting := .facts.variables -}}
{{-   $variable := printf "YUANMENG_%s_FILE" ($setting | replace "." "__" | upper) -}}
{{-   $_ := set $environment $variable (printf "/etc/yuanmeng/secrets/%s" $key) -}}
{{- end -}}
{{- if .root.Values.telemetry.otlpEndpoint -}}
{{-   $_ := set $environment "OTEL_EXPORTER_OTLP_ENDPOINT" .root.Values.telemetry.otlpEndpoint -}}
{{-   $_ := set $environment "OTEL_RESOURCE_ATTRIBUTES" (printf "service.namespace=%s" .root.Release.Namespace) -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $environment (deepCopy .values.environment) }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{- define "mounts" -}}
- name: configuration
  mountPath: /etc/yuanmeng/config
  readOnly: true
- name: secrets
  mountPath: /etc/yuanmeng/secrets
  readOnly: true
{{- end }}

{{- define "volumes" -}}
- name: configuration
  configMap:
    name: {{ .name }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ .values.secret }}
      {{- range $key, $from := .values.secretsFrom }}
      - secret:
          name: {{ $from.name }}
          items:
            - key: {{ $from.key }}
              path: {{ $key }}
      {{- end }}
{{- end }}

{{/* A container that runs the tables' command: (dict … "container" … "arguments" …). */}}
{{- define "tables-container" -}}
- name: {{ .container }}
  image: {{ include "image" . }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: {{ toJson .arguments }}
  env:
    {{- include "environment" . | nindent 4 }}
  volumeMounts:
    {{- include "mounts" . | nindent 4 }}
  resources:
    requests: {cpu: 50m, memory: 64Mi}
    limits: {cpu: 500m, memory: 128Mi}
  securityContext:
    {{- include "container-security" . | nindent 4 }}
{{- end }}

{{/* Where pods run. */}}
{{- define "placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.scheduling.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.scheduling.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.scheduling.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
