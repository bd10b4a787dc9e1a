#!/bin/sh
# Makes certificates for the tests in DIRECTORY: certificates.sh DIRECTORY
#
#   ca.crt, authorities/     a private authority, as a file and as a directory with hashed names
#   trusted.crt, .key        by it, for localhost and 127.0.0.1
#   othername, expired       by it, for another host; for yesterday
#   selfsigned               by nobody, for localhost
set -eu
cd "$1"

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
issue() { # NAME SUBJECT_ALTERNATIVE_NAME DAYS
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf 'subjectAltName=%s\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "$3" -extfile "$1.ext" -out "$1.crt"
}

key ca
openssl req -x509 -new -key ca.key -subj '/CN=Test CA' -days 2 -out ca.crt
issue trusted DNS:localhost,IP:127.0.0.1 2
issue othername DNS:elsewhere.test 2
issue expired DNS:localhost,IP:127.0.0.1 -1
mkdir authorities
cp ca.crt "authorities/$(openssl x509 -in ca.crt -noout -hash).0"
key selfsigned
openssl req -x509 -new -key selfsigned.key -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 \
  -out selfsigned.crt
