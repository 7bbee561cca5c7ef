{{- define "backing.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/part-of: bankside-backing
{{- end }}

{{- define "backing.labels" -}}
{{ include "backing.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{/* Names of the services that have a database, and that of FerretDB if it keeps its data here. */}}
{{- define "backing.databases" -}}
{{- range $name, $service := .Values.services }}{{ if $service.database }}{{ $name }} {{ end }}{{ end -}}
{{- if eq .Values.stores.mongodb.engine "ferretdb" }}ferretdb {{ end -}}
{{- end }}

{{/* A password that is there already, else a new one: it must survive upgrades, as the databases do. Takes {root, secret}. */}}
{{- define "backing.password" -}}
{{- $found := lookup "v1" "Secret" .root.Release.Namespace .secret -}}
{{- dig "data" "password" (randAlphaNum 32 | b64enc) ($found | default dict) | b64dec -}}
{{- end }}

{{- define "backing.half" -}}
{{ div (trimSuffix "Mi" . | int) 2 }}Mi
{{- end }}

{{- define "backing.pod-security" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "backing.container-security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "backing.resources" -}}
requests: { cpu: {{ .cpu }}, memory: {{ include "backing.half" .memory }} }
limits: { memory: {{ .memory }} }
{{- end }}

{{/* Takes {root, user}. */}}
{{- define "backing.ownership" -}}
{{- if and .root.Values.persistence.enabled .root.Values.persistence.takeOwnership }}
initContainers:
  - name: ownership
    image: {{ .root.Values.stores.postgresql.image }} # Any image with chown; this one is there anyway.
    command: [chown, {{ printf "%v:%v" .user .user | quote }}, /volume]
    securityContext:
      runAsNonRoot: false
      runAsUser: 0
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities: { drop: [ALL], add: [CHOWN] }
    resources:
      requests: { cpu: 10m, memory: 16Mi }
      limits: { memory: 32Mi }
    volumeMounts:
      - { name: data, mountPath: /volume }
{{- end }}
{{- end }}

{{/* The volumes of a StatefulSet's pod, and its claims. Both take {root, storage}. */}}
{{- define "backing.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- if not .root.Values.persistence.enabled }}
- name: data
  emptyDir: { sizeLimit: {{ .storage }} }
{{- end }}
{{- end }}

{{- define "backing.claims" -}}
{{- if .root.Values.persistence.enabled }}
persistentVolumeClaimRetentionPolicy:
  whenDeleted: {{ ternary "Retain" "Delete" .root.Values.persistence.keep }}
  whenScaled: Retain
volumeClaimTemplates:
  - metadata: { name: data }
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .root.Values.persistence.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources: { requests: { storage: {{ .storage }} } }
{{- end }}
{{- end }}

{{- define "backing.tls-mount" -}}
{{- if .Values.tls.secret }}
- { name: tls, mountPath: /tls, readOnly: true }
{{- end }}
{{- end }}

{{/* One pod of a store: {root, name, user, container, values, tls}. `container` is the name of a template. */}}
{{- define "backing.store" -}}
{{- $it := dict "root" .root "name" .name }}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .name }}
  labels: {{- include "backing.labels" $it | nindent 4 }}
spec:
  serviceName: {{ .name }}
  replicas: 1
  selector:
    matchLabels: {{- include "backing.selector" $it | nindent 6 }}
  template:
    metadata:
      labels: {{- include "backing.labels" $it | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      securityContext: {{- include "backing.pod-security" .user | nindent 8 }}
      {{- include "backing.ownership" (dict "root" .root "user" .user) | indent 6 }}
      containers:
        - name: {{ .name }}
          image: {{ .values.image | quote }}
          imagePullPolicy: IfNotPresent
          {{- include .container (dict "root" .root "values" .values) | nindent 10 }}
          resources: {{- include "backing.resources" .values | nindent 12 }}
          securityContext: {{- include "backing.container-security" . | nindent 12 }}
      volumes: {{- include "backing.volumes" (dict "root" .root "storage" .values.storage) | nindent 8 }}
        {{- if and .tls .root.Values.tls.secret }}
        - name: tls
          secret: { secretName: {{ .root.Values.tls.secret }}, defaultMode: 0440 }
        {{- end }}
  {{- include "backing.claims" (dict "root" .root "storage" .values.storage) | indent 2 }}
{{- end }}

{{/* Takes {root, name, ports}. */}}
{{- define "backing.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "backing.labels" . | nindent 4 }}
spec:
  selector: {{- include "backing.selector" . | nindent 4 }}
  ports:
    {{- range $port, $number := .ports }}
    - { name: {{ $port }}, port: {{ $number }}, targetPort: {{ $port }} }
    {{- end }}
{{- end }}
