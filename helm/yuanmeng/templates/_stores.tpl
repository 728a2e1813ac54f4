{{/* What is different about each kind of store: its port, its files, its container. */}}

{{- define "postgres-port" }}5432{{ end }}
{{- define "postgres-files" -}}
# Run once, on an empty volume: a role and a database for each service.
databases.sh: |
  set -e
  for service in {{ keys .root.Values.services | sortAlpha | join " " }}; do
    psql --set ON_ERROR_STOP=1 --username postgres \
      --set role="yuanmeng_$service" --set password="$(cat "/etc/yuanmeng/secrets/$service")" <<'SQL'
  CREATE ROLE :"role" LOGIN PASSWORD :'password';
  CREATE DATABASE :"role" OWNER :"role" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
  REVOKE ALL ON DATABASE :"role" FROM PUBLIC;
  SQL
  done
{{- end }}
{{- define "postgres-container" -}}
args: [-c, max_connections=400]
env:
  - name: POSTGRES_PASSWORD_FILE
    value: /etc/yuanmeng/secrets/superuser
  # A folder below the volume, which holds lost+found.
  - name: PGDATA
    value: /var/lib/postgresql/data/pgdata
volumeMounts:
  - {name: data, mountPath: /var/lib/postgresql/data}
  - {name: files, mountPath: /docker-entrypoint-initdb.d, readOnly: true}
  - {name: secret, mountPath: /etc/yuanmeng/secrets, readOnly: true}
  - {name: scratch, mountPath: /var/run/postgresql}
  - {name: scratch, mountPath: /tmp}
startupProbe:
  # Over TCP: while the volume is being prepared the server listens on its socket only.
  exec: {command: [pg_isready, --quiet, --host, 127.0.0.1, --username, postgres]}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  exec: {command: [pg_isready, --quiet, --host, 127.0.0.1, --username, postgres]}
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{- define "redis-port" }}6379{{ end }}
{{- define "redis-files" -}}
redis.conf: |
  # Without these two a line would lose its order to memory that is short, or to a restart.
  maxmemory-policy noeviction
  appendonly yes
  # A rewrite takes a core: not at a size that a line reaches in one rush.
  auto-aof-rewrite-min-size 512mb
  dir /data
  include /etc/yuanmeng/secrets/auth.conf
{{- end }}
{{- define "redis-container" -}}
args: [/etc/yuanmeng/files/redis.conf]
volumeMounts:
  - {name: data, mountPath: /data}
  - {name: files, mountPath: /etc/yuanmeng/files, readOnly: true}
  - {name: secret, mountPath: /etc/yuanmeng/secrets, readOnly: true}
startupProbe:
  tcpSocket: {port: redis}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  tcpSocket: {port: redis}
  periodSeconds: 5
{{- end }}

{{- define "rabbitmq-port" }}5672{{ end }}
{{- define "rabbitmq-files" -}}
10-limits.conf: |
  # Beside the container's own limit, which it does not see on every kernel.
  vm_memory_high_watermark.absolute = 512MiB
  disk_free_limit.absolute = 128MB
{{- end }}
{{- define "rabbitmq-container" -}}
volumeMounts:
  - {name: data, mountPath: /var/lib/rabbitmq}
  - {name: files, mountPath: /etc/rabbitmq/conf.d/10-limits.conf, subPath: 10-limits.conf, readOnly: true}
  - {name: secret, mountPath: /etc/rabbitmq/conf.d/20-user.conf, subPath: user.conf, readOnly: true}
  - {name: scratch, mountPath: /tmp}
  - {name: scratch, mountPath: /var/log/rabbitmq}
startupProbe:
  # The port opens before the broker is up.
  exec: {command: [rabbitmq-diagnostics, --quiet, check_running]}
  periodSeconds: 5
  timeoutSeconds: 15
  failureThreshold: 36
readinessProbe:
  exec: {command: [rabbitmq-diagnostics, --quiet, check_port_connectivity]}
  periodSeconds: 30
  timeoutSeconds: 15
{{- end }}
