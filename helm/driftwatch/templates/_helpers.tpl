{{/* Names, labels and the checks of values that a schema cannot express. */}}

{{- define "driftwatch.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "driftwatch.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "driftwatch.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "driftwatch.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "driftwatch.selector" -}}
app.kubernetes.io/name: {{ include "driftwatch.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "driftwatch.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{ include "driftwatch.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "driftwatch.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "driftwatch.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "driftwatch.secretName" -}}
{{- default (include "driftwatch.fullname" .) .Values.existingSecret -}}
{{- end -}}

{{- define "driftwatch.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Replicas that share nothing would each watch everything and tell everyone twice. */}}
{{- define "driftwatch.checkValues" -}}
{{- $replicas := 0 -}}
{{- $names := dict -}}
{{- range .Values.roles -}}
{{- $replicas = add $replicas (int .replicas) -}}
{{- if hasKey $names .name -}}
{{- fail (printf "roles: two entries are named %q; each needs a name of its own" .name) -}}
{{- end -}}
{{- $_ := set $names .name true -}}
{{- end -}}
{{- $store := default dict .Values.config.store -}}
{{- $queue := default dict .Values.config.queue -}}
{{- $isShared := and (or $store.url $store.urlFile) (or $queue.redisUrl $queue.redisUrlFile) -}}
{{- if and (gt (int $replicas) 1) (not $isShared) -}}
{{- fail "roles: more than one replica needs a shared store and queue; set config.store.url and config.queue.redisUrl (or their File variants)" -}}
{{- end -}}
{{- range $role := list "scheduler" "worker" "http" -}}
{{- $isThere := false -}}
{{- range $.Values.roles -}}
{{- if and (has $role .roles) (gt (int .replicas) 0) -}}{{- $isThere = true -}}{{- end -}}
{{- end -}}
{{- if not $isThere -}}
{{- fail (printf "roles: no entry has the role %q" $role) -}}
{{- end -}}
{{- end -}}
{{- end -}}
