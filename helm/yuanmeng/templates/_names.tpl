{{/* What each service is: services.yaml. */}}
{{- define "facts" -}}
{{ .Files.Get "services.yaml" }}
{{- end }}

{{/* What selects the pods of one service or store: (dict "root" $ "name" … "component" …). */}}
{{- define "selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: yuanmeng
{{- end }}

{{/* The labels of everything that belongs to one service or store. */}}
{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* What Pod Security "restricted" asks of a pod; user and group as in the image. */}}
{{- define "pod-security" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
# A volume of many files is gone through once and not at each start.
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* And of a container. */}}
{{- define "container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
