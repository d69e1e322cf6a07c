#!/bin/sh
# Makes the secrets and a first tenants file for compose.yaml. What is there already stays.
set -eu
cd "$(dirname "$0")"

if [ -e secrets ]; then
  echo "deploy/secrets is there already; nothing was changed." >&2
  exit 1
fi

# The carriers' keys of tenants, one a file, as tenants.json names them.
mkdir -p tenant-secrets
chmod 0711 tenant-secrets
# Nobody else on this machine may enter the folder. The files in it are mounted one by one, for users of the containers.
mkdir -m 0700 secrets
mkdir -p config
chmod 0755 config
password=$(openssl rand -hex 24)
printf '%s' "$password" >secrets/postgres_password
printf 'postgres://trunkline:%s@postgres:5432/trunkline' "$password" >secrets/store_url
openssl rand -base64 32 >secrets/master_key
chmod 0444 secrets/*

if [ ! -e config/tenants.json ]; then
  token=$(openssl rand -hex 32)
  hash=$(printf '%s' "$token" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
  passphrase=$(openssl rand -hex 16)
  approval=$(printf '%s' "$passphrase" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
  metrics=$(openssl rand -hex 32)
  scraper=$(printf '%s' "$metrics" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
  sed "s/SHA256_OF_THE_METRICS_TOKEN/$scraper/; s/SHA256_OF_THE_TOKEN/$hash/; s/SHA256_OF_THE_PASSPHRASE/$approval/" tenants.example.json >config/tenants.json
  chmod 0644 config/tenants.json
  echo "A client's access token, shown this once: $token"
  echo "Its person's passphrase for the approval page, shown this once: $passphrase"
  echo "The token of Prometheus for /metrics, shown this once: $metrics"
  echo "Next: docker compose up --build -d"
fi
