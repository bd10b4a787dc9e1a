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
request() { # NAME SUBJECT_ALTERNATIVE_NAME
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf 'subjectAltName=%s\n' "$2" >"$1.ext"
}
issue() { # NAME SUBJECT_ALTERNATIVE_NAME
  request "$1" "$2"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.crt"
}
# For a day of long ago. Of OpenSSL's commands only `ca` takes dates in 3.0, and none a negative number of days in 3.5.
issue_expired() { # NAME SUBJECT_ALTERNATIVE_NAME
  request "$1" "$2"
  : >index
  echo 7777 >serial
  printf '%s\n' '[ca]' default_ca=d '[d]' database=index serial=serial new_certs_dir=. default_md=sha256 policy=p '[p]' \
    commonName=supplied >ca.cnf
  openssl ca -batch -notext -config ca.cnf -cert ca.crt -keyfile ca.key -extfile "$1.ext" -startdate 20200101000000Z \
    -enddate 20200102000000Z -in "$1.csr" -out "$1.crt"
}

key ca
openssl req -x509 -new -key ca.key -subj '/CN=Test CA' -days 2 -out ca.crt
issue trusted DNS:localhost,IP:127.0.0.1
issue othername DNS:elsewhere.test
issue_expired expired DNS:localhost,IP:127.0.0.1
mkdir authorities
cp ca.crt "authorities/$(openssl x509 -in ca.crt -noout -hash).0"
key selfsigned
openssl req -x509 -new -key selfsigned.key -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 \
  -out selfsigned.crt
