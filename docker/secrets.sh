#!/bin/sh
# Makes the passwords of the database, once: each in a file of the volume that only its user may read.
# It runs as root without any right but that of giving files away, reads nothing back and prints nothing.
set -eu
cd /run/hub-secrets
# Written last: when it is there, the others are.
if [ -e database-url ]; then
    exit 0
fi
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
postgres=999 hub=10001 # the users of the two images
rm -f -- *.new postgres-password hub-password

random > postgres-password
hub_password=$(random)
printf '%s' "$hub_password" > hub-password
chown "$postgres" postgres-password hub-password

printf 'postgres://hub:%s@postgres:5432/hub' "$hub_password" > database-url.new
chown "$hub" database-url.new
mv database-url.new database-url
