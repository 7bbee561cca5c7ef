{{/* Where the broker is and how a sidecar signs in to it. Its other settings are in `dapr.settings`. */}}
{{- define "bankside.redis" -}}
- { name: redisHost, value: {{ .redis.address | quote }} }
{{- with .redis.passwordSecret }}
- name: redisPassword
  secretKeyRef: { name: {{ . }}, key: password }
{{- end }}
- { name: enableTLS, value: {{ .redis.tls | quote }} }
{{- end }}

{{- define "bankside.kafka" -}}
- { name: brokers, value: {{ .kafka.brokers | quote }} }
- { name: authType, value: {{ .kafka.auth.type }} }
{{- if eq .kafka.auth.type "password" }}
- name: saslUsername
  secretKeyRef: { name: {{ .kafka.auth.secret }}, key: username }
- name: saslPassword
  secretKeyRef: { name: {{ .kafka.auth.secret }}, key: password }
- { name: saslMechanism, value: {{ .kafka.auth.mechanism }} }
{{- end }}
- { name: disableTls, value: {{ not .kafka.tls | quote }} }
- { name: consumerGroup, value: '{appID}' }
- { name: initialOffset, value: oldest }
- { name: version, value: 3.6.0 }
{{- end }}
