{{/* What the kinds of one service share. Each helper takes {root, name, service}. */}}

{{- define "bankside.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: bankside
{{- end }}

{{- define "bankside.labels" -}}
{{ include "bankside.selector" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "bankside.image" -}}
{{- $image := .root.Values.image -}}
{{- if .service.image -}}
{{ .service.image }}
{{- else -}}
{{ $image.repository }}/{{ .name }}:{{ required "Set image.tag: the version of the images to run, for example --set-string image.tag=0.1.0" $image.tag }}
{{- end -}}
{{- end }}

{{/* The limit halved, as what is requested. */}}
{{- define "bankside.half" -}}
{{ div (trimSuffix "Mi" . | int) 2 }}Mi
{{- end }}

{{- define "bankside.annotations" -}}
{{- $dapr := .root.Values.dapr -}}
dapr.io/enabled: 'true'
dapr.io/app-id: {{ .name }}
dapr.io/app-port: '3000'
dapr.io/config: {{ .name }}
dapr.io/enable-native-sidecar: 'true' # Up before the service starts, there until it has ended.
dapr.io/disable-builtin-k8s-secret-store: 'true' # The operator hands over the secrets of components.
dapr.io/placement-host-address: ' ' # There are no actors.
dapr.io/scheduler-host-address: ' '
dapr.io/max-body-size: {{ $dapr.settings.maxBodySize }}
dapr.io/graceful-shutdown-seconds: '5'
dapr.io/log-level: {{ $dapr.logLevel }}
dapr.io/log-as-json: 'true'
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/sidecar-cpu-request: {{ $dapr.cpu }}
dapr.io/sidecar-memory-request: {{ include "bankside.half" $dapr.memory }}
dapr.io/sidecar-memory-limit: {{ $dapr.memory }}
dapr.io/env: GOMEMLIMIT={{ div (mul (trimSuffix "Mi" $dapr.memory | int) 9) 10 }}MiB
{{- if and $dapr.appTokenSuffix (not .service.expose) }}
dapr.io/app-token-secret: {{ .name }}{{ $dapr.appTokenSuffix }}
{{- end }}
{{- with $dapr.apiTokenSuffix }}
dapr.io/api-token-secret: {{ $.name }}{{ . }}
{{- end }}
{{- if .service.personalData }}
dapr.io/env-from-secret: personal-data-key={{ .root.Values.personalData.secret }}:personal-data-key # Read by the component secrets.
{{- end }}
{{- end }}

{{- define "bankside.env" -}}
{{- $values := .root.Values -}}
- { name: NODE_ENV, value: production }
- { name: NODE_OPTIONS, value: '--max-old-space-size={{ div (mul (trimSuffix "Mi" (.service.memory | default $values.defaults.memory) | int) 7) 10 }}' }
- { name: HOST, value: 0.0.0.0 }
- { name: PORT, value: '3000' }
{{- if .service.expose }}
- { name: METRICS_PORT, value: '9464' }
{{- end }}
- { name: APP_ID, value: {{ .name }} }
{{- if or .service.eventSourced .service.subscribes }}
- { name: PUBSUB, value: pubsub }
{{- end }}
{{- if .service.database }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .name }}{{ $values.database.secretSuffix }}, key: url } }
{{- end }}
{{- if .service.eventSourced }}
- { name: STATE_STORE, value: {{ .name }}-store }
- { name: FEED_PARTITIONS, value: {{ .service.feedPartitions | default 1 | quote }} }
- name: FINGERPRINT_KEY
  valueFrom: { secretKeyRef: { name: {{ $values.personalData.secret }}, key: fingerprint-key } }
{{- end }}
{{- if .service.mongodb }}
- name: MONGODB_URL
  valueFrom: { secretKeyRef: { name: {{ $values.mongodb.secret }}, key: url } }
{{- end }}
{{- if .service.temporal }}
{{- include "bankside.temporal-env" $values.temporal | nindent 0 }}
{{- end }}
{{- if and $values.dapr.appTokenSuffix (not .service.expose) }}
- name: APP_API_TOKEN
  valueFrom: { secretKeyRef: { name: {{ .name }}{{ $values.dapr.appTokenSuffix }}, key: token } }
{{- end }}
{{- with $values.dapr.apiTokenSuffix }}
- name: DAPR_API_TOKEN
  valueFrom: { secretKeyRef: { name: {{ $.name }}{{ . }}, key: token } }
{{- end }}
{{- if not .service.expose }}
- { name: CALLERS, value: {{ include "bankside.callers" . | trim | replace " " "," | quote }} }
- { name: FEED_READERS, value: {{ include "bankside.readers" . | trim | replace " " "," | quote }} }
{{- end }}
{{- if $values.faultSwitches }}
- { name: FAULTS, value: enabled }
{{- end }}
{{- if and (eq .name "gateway") $values.temporal.uiUrl }}
- { name: TEMPORAL_UI_URL, value: {{ $values.temporal.uiUrl | quote }} }
{{- end }}
{{- include (ternary "bankside.signer-env" "bankside.verifier-env" (eq .name "gateway")) $values.identity | nindent 0 }}
{{- range $key, $value := merge (dict) (.service.env | default dict) $values.defaults.env }}
- { name: {{ $key }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{/* The gateway checks who asks, and signs it for the services. */}}
{{- define "bankside.signer-env" -}}
- name: ACTOR_PRIVATE_KEY
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: actor.key } }
{{- if .developmentTokens }}
- { name: DEV_TOKENS, value: enabled }
- name: DEV_ISSUER_KEY
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: development.key } }
{{- else }}
- { name: DEV_TOKENS, value: disabled }
{{- $_ := required "Set identity.oidc.issuer: without it, and without development tokens, nobody could call" .oidc.issuer }}
{{- end }}
{{- with .oidc.issuer }}
- { name: OIDC_ISSUER, value: {{ . | quote }} }
{{- end }}
- { name: OIDC_AUDIENCE, value: {{ .oidc.audience | quote }} }
- { name: OIDC_ROLES_CLAIM, value: {{ .oidc.rolesClaim | quote }} }
- { name: OIDC_CUSTOMER_CLAIM, value: {{ .oidc.customerClaim | quote }} }
{{- end }}
{{- define "bankside.verifier-env" -}}
- name: ACTOR_PUBLIC_KEYS
  valueFrom: { secretKeyRef: { name: {{ .secret }}, key: actor.pub } }
{{- end }}

{{- define "bankside.temporal-env" -}}
- { name: TEMPORAL_ADDRESS, value: {{ .address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ .namespace | quote }} }
{{- if .tls.enabled }}
- { name: TEMPORAL_TLS, value: enabled }
{{- if .tls.secret }}
- { name: TEMPORAL_TLS_FOLDER, value: /etc/temporal-tls }
{{- end }}
{{- end }}
{{- with .apiKeySecret }}
- name: TEMPORAL_API_KEY
  valueFrom: { secretKeyRef: { name: {{ . }}, key: key } }
{{- end }}
{{- end }}

{{/* Names of the services that may call this one, and of those that only read its feed. */}}
{{- define "bankside.callers" -}}
{{- $name := .name -}}
{{- range $other, $spec := .root.Values.services -}}
{{- if has $name ($spec.invokes | default list) }}{{ $other }} {{ end -}}
{{- end -}}
{{- end }}
{{- define "bankside.readers" -}}
{{- $name := .name -}}
{{- range $other, $spec := .root.Values.services -}}
{{- if and (ne $other $name) (has $name ($spec.subscribes | default list)) (not (has $name ($spec.invokes | default list))) }}{{ $other }} {{ end -}}
{{- end -}}
{{- end }}

{{/* Fails with a sentence when the map names a service that is not there, or events that nobody publishes. */}}
{{- define "bankside.check" -}}
{{- $services := .Values.services -}}
{{- range $name, $service := $services -}}
{{- range $service.subscribes -}}
{{- if not (dig . "eventSourced" false $services) }}{{ fail (printf "services.%s subscribes to %s, which publishes no events" $name .) }}{{ end -}}
{{- end -}}
{{- range $service.invokes -}}
{{- if not (hasKey $services .) }}{{ fail (printf "services.%s invokes %s, which is no service" $name .) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}
