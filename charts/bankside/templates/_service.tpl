{{/* Helpers of all kinds of one service. Each takes {root, name, service}. */}}

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
{{- $digest := get ($image.digests | default dict) .name -}}
{{- if .service.image -}}
{{ .service.image }}
{{- else if $image.shared -}}
{{ $image.shared }}
{{- else if $digest -}}
{{ $image.repository }}/{{ .name }}@{{ $digest }}
{{- else -}}
{{ $image.repository }}/{{ .name }}:{{ required "Set image.tag: the version of the images to run, for example --set-string image.tag=0.1.0" $image.tag }}
{{- end -}}
{{- end }}

{{/* Half of a memory limit: the request. */}}
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
dapr.io/read-buffer-size: {{ $dapr.settings.maxHeaderSize }}
dapr.io/graceful-shutdown-seconds: '5'
# As patient as the probes of the service.
dapr.io/sidecar-readiness-probe-period-seconds: '3'
dapr.io/sidecar-readiness-probe-timeout-seconds: '10'
dapr.io/sidecar-readiness-probe-threshold: '3'
dapr.io/sidecar-liveness-probe-period-seconds: '30'
dapr.io/sidecar-liveness-probe-timeout-seconds: '30'
dapr.io/sidecar-liveness-probe-threshold: '10'
dapr.io/log-level: {{ $dapr.logLevel }}
dapr.io/log-as-json: 'true'
dapr.io/sidecar-seccomp-profile-type: RuntimeDefault
dapr.io/sidecar-cpu-request: {{ $dapr.cpu }}
dapr.io/sidecar-memory-request: {{ include "bankside.half" $dapr.memory }}
dapr.io/sidecar-memory-limit: {{ $dapr.memory }}
dapr.io/env: GOMEMLIMIT={{ div (mul (trimSuffix "Mi" $dapr.memory | int) 9) 10 }}MiB{{ if include "bankside.ca" .root }},SSL_CERT_DIR=/etc/private-ca{{ end }}
{{- if include "bankside.ca" .root }}
dapr.io/volume-mounts: private-ca:/etc/private-ca
{{- end }}
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

{{/* Names the service to an image that contains all of them. */}}
{{- define "bankside.shared-env" -}}
{{- if .root.Values.image.shared }}
- { name: SERVICE, value: {{ .name }} }
{{- end }}
{{- end }}

{{- define "bankside.env" -}}
{{- $values := .root.Values -}}
- { name: NODE_ENV, value: production }
{{- include "bankside.shared-env" . }}
- { name: NODE_OPTIONS, value: '--max-old-space-size={{ div (mul (trimSuffix "Mi" (.service.memory | default $values.defaults.memory) | int) 7) 10 }}' }
- { name: HOST, value: {{ $values.http.host | quote }} }
- { name: KEEP_ALIVE_SECONDS, value: {{ $values.http.keepAliveSeconds | quote }} }
{{- include "bankside.ca-env" .root }}
- { name: PORT, value: '3000' }
{{- if .service.expose }}
- { name: METRICS_PORT, value: '9464' }
{{- end }}
{{- if or .service.eventSourced .service.subscribes }}
- { name: PUBSUB, value: {{ include "bankside.pubsub" . }} }
{{- end }}
{{- if .service.database }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .name }}{{ $values.database.secretSuffix }}, key: url } }
{{- end }}
{{- if .service.eventSourced }}
- { name: STATE_STORE, value: {{ .name }}-store }
{{- with $values.pubsub.topicPrefix }}
- { name: TOPIC_PREFIX, value: {{ . }} }
{{- end }}
- { name: FEED_PARTITIONS, value: {{ .service.feedPartitions | default 1 | quote }} }
- name: FINGERPRINT_KEY
  valueFrom: { secretKeyRef: { name: {{ $values.personalData.secret }}, key: fingerprint-key } }
{{- end }}
{{- if .service.eventSourced }}
- name: EVENT_SIGNING_KEY
  valueFrom: { secretKeyRef: { name: {{ .name }}{{ $values.events.secretSuffix }}, key: events.key } }
{{- end }}
{{- range .service.subscribes }}
- name: EVENT_PUBLIC_KEY_{{ upper . | replace "-" "_" }}
  valueFrom: { secretKeyRef: { name: {{ . }}{{ $values.events.secretSuffix }}, key: events.pub } }
{{- end }}
{{- with .service.subscribes }}
- name: EVENT_PUBLIC_KEYS
  value: {{ range $index, $source := . }}{{ if $index }};{{ end }}{{ $source }}=$(EVENT_PUBLIC_KEY_{{ upper $source | replace "-" "_" }}){{ end }}
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
- { name: ALLOWED_CALLS, value: {{ include "bankside.allowed-calls" . | squote }} }
{{- end }}
{{- if $values.faultSwitches }}
- { name: FAULTS, value: enabled }
{{- end }}
{{- with $values.telemetry.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ $values.telemetry.sampleRatio | quote }} }
{{- with $values.telemetry.headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom: { secretKeyRef: { name: {{ . }}, key: headers } }
{{- end }}
{{- end }}
{{- if and (eq .name "gateway") $values.temporal.uiUrl }}
- { name: TEMPORAL_UI_URL, value: {{ $values.temporal.uiUrl | quote }} }
{{- end }}
{{- if eq .name "gateway" }}
- { name: TRUSTED_PROXIES, value: {{ include "bankside.trusted-proxies" .root | quote }} }
- { name: RATE_LIMIT, value: {{ $values.gateway.requestsPerSecond | quote }} }
{{- include "bankside.signer-env" .root | nindent 0 }}
{{- else }}
{{- include "bankside.verifier-env" $values.identity | nindent 0 }}
{{- end }}
{{- range $key, $value := merge (dict) (.service.env | default dict) $values.defaults.env }}
- { name: {{ $key }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{/* Variables of the gateway, which verifies the caller's token and signs the actor for the services. Takes the root. */}}
{{- define "bankside.signer-env" -}}
{{- $identity := .Values.identity -}}
- name: ACTOR_PRIVATE_KEY
  valueFrom: { secretKeyRef: { name: {{ $identity.secret }}, key: actor.key } }
{{- if $identity.developmentTokens }}
- { name: DEV_TOKENS, value: enabled }
- { name: DEV_TOKEN_HOSTS, value: {{ include "bankside.hosts" . | trim | replace " " "," | quote }} }
- name: DEV_ISSUER_KEY
  valueFrom: { secretKeyRef: { name: {{ $identity.secret }}, key: development.key } }
{{- else }}
- { name: DEV_TOKENS, value: disabled }
{{- end }}
{{- with $identity.oidc }}
{{- if .issuer }}
- { name: OIDC_ISSUER, value: {{ .issuer | quote }} }
{{- end }}
- { name: OIDC_AUDIENCE, value: {{ .audience | quote }} }
- { name: OIDC_ALGORITHMS, value: {{ join "," .algorithms | quote }} }
- { name: OIDC_ROLES_CLAIM, value: {{ .rolesClaim | quote }} }
- { name: OIDC_CUSTOMER_CLAIM, value: {{ .customerClaim | quote }} }
{{- end }}
{{- end }}

{{/* Hosts of development tokens, besides localhost. `addresses` stands for every IP address. */}}
{{- define "bankside.hosts" -}}
addresses {{ if .Values.ingress.enabled }}{{ .Values.ingress.host }} {{ end }}{{ if .Values.route.enabled }}{{ .Values.route.host }}{{ end }}
{{- end }}

{{- define "bankside.trusted-proxies" -}}
{{- if kindIs "invalid" .Values.gateway.trustedProxies -}}
{{ ternary 1 0 (or .Values.ingress.enabled .Values.route.enabled) }}
{{- else -}}
{{ .Values.gateway.trustedProxies }}
{{- end -}}
{{- end }}

{{/* Private certificate authorities; empty if there are none. Takes the root. */}}
{{- define "bankside.ca" -}}
{{- with .Values.privateCa }}{{ if or .configMap .secret }}private-ca{{ end }}{{ end -}}
{{- end }}
{{- define "bankside.ca-env" -}}
{{- if include "bankside.ca" . }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/private-ca/ca.crt }
{{- end }}
{{- end }}
{{- define "bankside.ca-mount" -}}
{{- if include "bankside.ca" . }}
- { name: private-ca, mountPath: /etc/private-ca, readOnly: true }
{{- end }}
{{- end }}
{{- define "bankside.ca-volume" -}}
{{- with .Values.privateCa }}
{{- if .configMap }}
- name: private-ca
  configMap: { name: {{ .configMap }}, items: [{ key: {{ .key }}, path: ca.crt }] }
{{- else if .secret }}
- name: private-ca
  secret: { secretName: {{ .secret }}, items: [{ key: {{ .key }}, path: ca.crt }], defaultMode: 0444 }
{{- end }}
{{- end }}
{{- end }}

{{/* The name of a service's pub/sub component. */}}
{{- define "bankside.pubsub" -}}
{{ if .root.Values.pubsub.loginPerService }}{{ .name }}-pubsub{{ else }}pubsub{{ end }}
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

{{/*
The calls that a service accepts, by caller, as JSON: `calls` with the token of an actor, `systemCalls` without. A
subscriber reads the feed in its own name.
*/}}
{{- define "bankside.allowed-calls" -}}
{{- $callee := .name -}}
{{- $groups := .root.Values.operationGroups -}}
{{- $allowed := dict "calls" dict "systemCalls" dict -}}
{{- range $caller, $spec := omit .root.Values.services $callee -}}
{{- range $kind, $ofKind := $allowed -}}
{{- $operations := list -}}
{{- range get (get $spec $kind | default dict) $callee | default list -}}
{{- $operations = concat $operations (get $groups . | default (list .)) -}}
{{- end -}}
{{- if and (eq $kind "systemCalls") (has $callee ($spec.subscribes | default list)) -}}
{{- $operations = append $operations "GET /feed" -}}
{{- end -}}
{{- if $operations }}{{ $_ := set $ofKind $caller $operations }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $allowed -}}
{{- end }}

{{/* The services that call this one, and those that it calls, as JSON lists. */}}
{{- define "bankside.callers" -}}
{{- $allowed := include "bankside.allowed-calls" . | fromJson -}}
{{- concat (keys $allowed.calls) (keys $allowed.systemCalls) | uniq | sortAlpha | toJson -}}
{{- end }}
{{- define "bankside.callees" -}}
{{- $called := concat (keys (.service.calls | default dict)) (keys (.service.systemCalls | default dict)) -}}
{{- without (concat $called (.service.subscribes | default list)) .name | uniq | sortAlpha | toJson -}}
{{- end }}

{{/* Fails with a sentence when the map names a service that does not exist, or when values together are dangerous. */}}
{{- define "bankside.check" -}}
{{- $services := .Values.services -}}
{{- $groups := .Values.operationGroups -}}
{{- range $name, $service := $services -}}
{{- range $service.subscribes -}}
{{- if not (dig . "eventSourced" false $services) }}{{ fail (printf "services.%s subscribes to %s, which publishes no events" $name .) }}{{ end -}}
{{- end -}}
{{- range $callee, $operations := merge (dict) ($service.calls | default dict) ($service.systemCalls | default dict) -}}
{{- if not (hasKey $services $callee) }}{{ fail (printf "services.%s calls %s, which is no service" $name $callee) }}{{ end -}}
{{- range concat (get ($service.calls | default dict) $callee | default list) (get ($service.systemCalls | default dict) $callee | default list) -}}
{{- if not (or (contains " " .) (hasKey $groups .)) }}{{ fail (printf "services.%s calls %s of %s, which operationGroups does not have" $name . $callee) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.image.digests -}}
{{- if not (hasKey $services $name) }}{{ fail (printf "image.digests names %s, which is no service" $name) }}{{ end -}}
{{- end -}}
{{- $root := . -}}
{{- range $name, $service := $services -}}
{{- $spec := $service | default dict -}}
{{- $env := include "bankside.env" (dict "root" $root "name" $name "service" $spec) -}}
{{- range $variable, $_ := merge (dict) ($spec.env | default dict) $root.Values.defaults.env -}}
{{- if or (gt (len (regexFindAll (printf "name: %s[^A-Z0-9_]" $variable) $env -1)) 1) (regexMatch "^(FAULTS|DEV_.+|OIDC_.+)$" $variable) -}}
{{ fail (printf "Remove %s from services.%s.env or defaults.env: other values determine it, and check it" $variable $name) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if hasKey $services "gateway" }}{{ include "bankside.check-identity" .Values }}{{ end -}}
{{- include "bankside.check-transport" .Values -}}
{{- end }}

{{- define "bankside.check-identity" -}}
{{- $issuer := .identity.oidc.issuer -}}
{{- if and .identity.developmentTokens $issuer -}}
{{ fail "identity.developmentTokens gives anyone a token for any role, so it must not be enabled beside identity.oidc.issuer: disable it, or remove the issuer" }}
{{- end -}}
{{- if not (or .identity.developmentTokens $issuer) -}}
{{ fail "Set identity.oidc.issuer, or for evaluation identity.developmentTokens (--values charts/bankside/values-development.yaml): without either, all requests are rejected" }}
{{- end -}}
{{- if and .identity.developmentTokens .ingress.enabled (not .ingress.host) -}}
{{ fail "Set ingress.host: with identity.developmentTokens, an ingress for every host lets any web page obtain a token by DNS rebinding" }}
{{- end -}}
{{- if and .faultSwitches $issuer -}}
{{ fail "faultSwitches lets operators make services fail, so it must not be enabled beside identity.oidc.issuer: disable it" }}
{{- end -}}
{{- if $issuer -}}
{{- if not (hasPrefix "https://" $issuer) }}{{ fail (printf "identity.oidc.issuer must be an https URL, but is %s: over http, anyone on the way could replace its keys" $issuer) }}{{ end -}}
{{- $port := regexFind ":[0-9]+(/|$)" (trimPrefix "https://" $issuer) | trimPrefix ":" | trimSuffix "/" | default "443" -}}
{{- if and .networkPolicies.enabled (ne $port (toString .networkPolicies.issuer.port)) -}}
{{ fail (printf "Set networkPolicies.issuer.port to %s, the port of identity.oidc.issuer: the gateway may only call port %v" $port .networkPolicies.issuer.port) }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Fails when a network policy blocks the port of an address. Takes {value, address, policy, policies}. */}}
{{- define "bankside.check-port" -}}
{{- $port := regexFind ":[0-9]+$" (trim .address) | trimPrefix ":" -}}
{{- $open := toString (get .policies .policy).port -}}
{{- if and .policies.enabled $port (ne $port $open) -}}
{{ fail (printf "Set networkPolicies.%s.port to %s, the port of %s: services may only call port %s" .policy $port .value $open) }}
{{- end -}}
{{- end }}

{{- define "bankside.check-transport" -}}
{{- if regexMatch "^(localhost|127\\..*|::1)$" .http.host -}}
{{ fail (printf "Set http.host to 0.0.0.0, or to :: with IPv6: on %s neither probes nor callers reach a service" .http.host) }}
{{- end -}}
{{- if eq .database.secretSuffix .database.ownerSecretSuffix -}}
{{ fail "Set database.ownerSecretSuffix to another value than database.secretSuffix: services would connect as the owner of their tables" }}
{{- end -}}
{{- $brokers := eq .pubsub.type "kafka" | ternary .pubsub.kafka.brokers .pubsub.redis.address -}}
{{- $policies := .networkPolicies -}}
{{- $value := printf "pubsub.%s" (eq .pubsub.type "kafka" | ternary "kafka.brokers" "redis.address") -}}
{{- range splitList "," $brokers -}}
{{ include "bankside.check-port" (dict "value" $value "address" . "policy" "broker" "policies" $policies) }}
{{- end -}}
{{- with .telemetry.otlpEndpoint -}}
{{- $host := regexFind "//[^/]+" . -}}
{{- $port := regexFind ":[0-9]+$" $host | default (hasPrefix "https:" . | ternary ":443" ":80") -}}
{{ include "bankside.check-port" (dict "value" "telemetry.otlpEndpoint" "address" $port "policy" "telemetry" "policies" $policies) }}
{{- end -}}
{{ include "bankside.check-port" (dict "value" "temporal.address" "address" .temporal.address "policy" "temporal" "policies" $policies) }}
{{- if not (or .networkPolicies.enabled (eq .pubsub.type "kafka") .pubsub.redis.passwordSecret) -}}
{{ fail "Set pubsub.redis.passwordSecret, or enable networkPolicies: without both, any pod of the cluster may read and delete the messages of the broker" }}
{{- end -}}
{{- if and .temporal.apiKeySecret (not .temporal.tls.enabled) -}}
{{ fail "Set temporal.tls.enabled: temporal.apiKeySecret would be sent in plain text" }}
{{- end -}}
{{- if and (eq .pubsub.type "kafka") (eq .pubsub.kafka.auth.type "password") (not .pubsub.kafka.tls) (eq .pubsub.kafka.auth.mechanism "PLAINTEXT") -}}
{{ fail "Set pubsub.kafka.tls: with the mechanism PLAINTEXT, the password would be sent in plain text" }}
{{- end -}}
{{- if and (eq .pubsub.type "kafka") .pubsub.loginPerService (ne .pubsub.kafka.auth.type "password") -}}
{{ fail "Set pubsub.kafka.auth.type to password: pubsub.loginPerService needs it" }}
{{- end -}}
{{- if not (or .networkPolicies.enabled .dapr.appTokenSuffix) -}}
{{ fail "Set dapr.appTokenSuffix, or enable networkPolicies: without both, any pod of the cluster may call a service directly" }}
{{- end -}}
{{- if and .privateCa.configMap .privateCa.secret -}}
{{ fail "Set privateCa.configMap or privateCa.secret, not both" }}
{{- end -}}
{{- if and (regexMatch "^0%?$" (toString .rollout.maxSurge)) (regexMatch "^0%?$" (toString .rollout.maxUnavailable)) -}}
{{ fail "Set rollout.maxSurge or rollout.maxUnavailable to 1 or more: with neither, no pod could be replaced" }}
{{- end -}}
{{- if lt (int .rollout.graceSeconds) (add .rollout.drainDelaySeconds 11 | int) -}}
{{ fail (printf "Set rollout.graceSeconds to %d or more: rollout.drainDelaySeconds and eleven seconds for open requests" (add .rollout.drainDelaySeconds 11)) }}
{{- end -}}
{{- end }}
