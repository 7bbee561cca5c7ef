#!/usr/bin/env bash
# Creates the Secrets that k8s/dev refers to, with random passwords. Existing Secrets stay unchanged.
#   k8s/dev/secrets.sh [namespace]
set -euo pipefail
namespace=${1:-bankside}
# <services> made by `npm run k8s`
services=(customers accounts cards loans orders payments inventory projection worker composer console gateway)
databases=(customers accounts cards loans orders payments inventory projection worker gateway)
called=(customers accounts cards loans orders payments inventory projection worker composer console)
owners=(customers accounts cards loans orders payments inventory)
# </services>

password() { openssl rand -hex 16; }
make() {
  local name=$1; shift
  kubectl --namespace "$namespace" get secret "$name" >/dev/null 2>&1 ||
    kubectl --namespace "$namespace" create secret generic "$name" "$@"
}
database() { # Secret, role, database
  local new; new=$(password)
  make "$1" --from-literal=username="$2" --from-literal=password="$new" --from-literal=url="postgres://$2:$new@postgresql:5432/$3"
}

keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
kubectl get namespace "$namespace" >/dev/null 2>&1 || kubectl create namespace "$namespace"
database postgresql postgres postgres
for name in "${databases[@]}"; do
  database "$name-database" "$name" "$name"
  database "$name-database-owner" "${name}_owner" "$name"
done
for name in "${called[@]}"; do make "$name-app-token" --from-literal=token="$(password)"; done
for name in "${services[@]}"; do make "$name-dapr-token" --from-literal=token="$(password)"; done
# Each service signs its events; its consumers verify them with the public key.
for name in "${owners[@]}"; do
  openssl genpkey -algorithm ed25519 -out "$keys/events.key"
  openssl pkey -in "$keys/events.key" -pubout -out "$keys/events.pub"
  make "$name-events" --from-file="$keys/events.key" --from-file="$keys/events.pub"
done
make redis --from-literal=password="$(password)"
mongodb=$(password)
make mongodb --from-literal=password="$mongodb" --from-literal=url="mongodb://root:$mongodb@mongodb:27017/bankside?authSource=admin"
make personal-data --from-literal=personal-data-key="$(openssl rand -base64 32)" --from-literal=fingerprint-key="$(password)"

# The key with which the gateway signs actor tokens, and the public key with which services verify them.
openssl genpkey -algorithm ed25519 -out "$keys/actor.key"
openssl pkey -in "$keys/actor.key" -pubout -out "$keys/actor.pub"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$keys/development.key" 2>/dev/null
make identity --from-file="$keys/actor.key" --from-file="$keys/actor.pub" --from-file="$keys/development.key"
