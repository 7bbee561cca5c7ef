{{/* Where the broker is and how a sidecar signs in to it. Its other settings are in `dapr.settings`. `login` is the
     service with a login of its own, or empty. */}}
{{- define "bankside.redis" -}}
- { name: redisHost, value: {{ .redis.address | quote }} }
{{- if .login }}
- name: redisUsername
  secretKeyRef: { name: {{ .login }}-broker, key: username }
- name: redisPassword
  secretKeyRef: { name: {{ .login }}-broker, key: password }
{{- else if .redis.passwordSecret }}
- name: redisPassword
  secretKeyRef: { name: {{ .redis.passwordSecret }}, key: password }
{{- end }}
- { name: enableTLS, value: {{ .redis.tls | quote }} }
{{- end }}

{{- define "bankside.kafka" -}}
- { name: brokers, value: {{ .kafka.brokers | quote }} }
- { name: authType, value: {{ .kafka.auth.type }} }
{{- if eq .kafka.auth.type "password" }}
{{- $secret := ternary (printf "%s-broker" .login) .kafka.auth.secret (ne .login "") }}
- name: saslUsername
  secretKeyRef: { name: {{ $secret }}, key: username }
- name: saslPassword
  secretKeyRef: { name: {{ $secret }}, key: password }
- { name: saslMechanism, value: {{ .kafka.auth.mechanism }} }
{{- end }}
- { name: disableTls, value: {{ not .kafka.tls | quote }} }
- { name: consumerGroup, value: '{{ .topicPrefix }}{appID}' }
{{- end }}
