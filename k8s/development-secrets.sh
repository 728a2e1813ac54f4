#!/bin/sh
# Prints the Secrets of a development cluster, with fresh passwords and keys. Once for a namespace:
#   k8s/development-secrets.sh | kubectl create --namespace yuanmeng --filename -
# `create` refuses what is there already: what was sealed with a keyring can be opened with that keyring alone.
set -eu

word() { openssl rand -hex 16; }

# A key or a file as a block of YAML.
block() { printf '  %s: |\n' "$1"; sed 's/^/    /'; }

line() { printf '  %s: "%s"\n' "$1" "$2"; }

secret() { printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\ntype: Opaque\nstringData:\n' "$1"; }

signing_key() { openssl genpkey -algorithm ed25519 | block "$1"; }

keyring() {
  block keyring.toml <<KEYRING
current = "k1"
index_key = "$(openssl rand -base64 32)"

[keys.k1]
suite = "aes-256-gcm"
key = "$(openssl rand -base64 32)"
KEYRING
}

order=$(word)
codes=$(word)
broker=$(word)
databases=

for service in enrollment identity payment quota review subsidy; do
  database=$(word)
  databases="$databases $service:$database"
  secret "yuanmeng-$service"
  line database-url "postgres://yuanmeng_$service:$database@postgres:5432/yuanmeng_$service"
  signing_key audit-key.pem
  case $service in
    identity) ;;
    *) line broker-url "amqp://yuanmeng:$broker@rabbitmq:5672/%2f" ;;
  esac
  case $service in
    identity)
      keyring
      signing_key people-key.pem
      line codes-url "redis://:$codes@redis-codes:6379"
      line sms-secret "$(word)"
      line realname-secret "$(word)"
      ;;
    quota) line order-url "redis://:$order@redis-order:6379" ;;
    subsidy) keyring ;;
    payment)
      keyring
      line bank-secret "$(word)"
      line wallet-secret "$(word)"
      ;;
  esac
done

secret yuanmeng-postgres
line superuser "$(word)"
for entry in $databases; do
  line "${entry%%:*}" "${entry#*:}"
done

secret yuanmeng-redis-order
line auth.conf "requirepass $order"
secret yuanmeng-redis-codes
line auth.conf "requirepass $codes"

secret yuanmeng-rabbitmq
block user.conf <<USER
default_user = yuanmeng
default_pass = $broker
USER
