{{- define "bankside.redis" -}}
- { name: redisHost, value: {{ .redis.address | quote }} }
{{- with .redis.passwordSecret }}
- name: redisPassword
  secretKeyRef: { name: {{ . }}, key: password }
{{- end }}
- { name: enableTLS, value: {{ .redis.tls | quote }} }
# With the default of ten workers bulk delivery is limited to batches of ten.
- { name: concurrency, value: '256' }
- { name: queueDepth, value: '1024' }
# What the broker keeps of a topic. Whoever was away longer reads the owner's feed.
- { name: maxLenApprox, value: '100000' }
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
