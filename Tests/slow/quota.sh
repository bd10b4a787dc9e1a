#!/usr/bin/env bash
# Runs a command, with all that it starts, on a fifth of a processor: Tests/slow/quota.sh COMMAND...
#
# QUOTA is another share in percent of one processor. It needs root, or systemd to ask: the quota is a control group's, of
# either version. Exit status: the command's; 77 where no quota can be had.
set -euo pipefail
quota=${QUOTA:-20}
[ $# -gt 0 ] || { echo "usage: quota.sh COMMAND..." >&2; exit 2; }

name=mcpauth-slow-$$
first=/sys/fs/cgroup/cpu # where the first version has this controller
second=/sys/fs/cgroup
if [ -e "$first/cpu.cfs_quota_us" ] && mkdir "$first/$name" 2>/dev/null; then
  group=$first/$name
  echo 100000 >"$group/cpu.cfs_period_us"
  echo $((quota * 1000)) >"$group/cpu.cfs_quota_us"
elif grep -qw cpu "$second/cgroup.controllers" 2>/dev/null && mkdir "$second/$name" 2>/dev/null; then
  group=$second/$name
  echo "+cpu" >"$second/cgroup.subtree_control" 2>/dev/null || true
  echo "$((quota * 1000)) 100000" >"$group/cpu.max"
elif command -v systemd-run >/dev/null && systemctl is-system-running >/dev/null 2>&1; then
  exec systemd-run --quiet --scope -p "CPUQuota=$quota%" "$@"
else
  echo "quota.sh: this machine lets nobody set a quota: run it as root, with the cpu controller of control groups" >&2
  exit 77
fi
# A group goes when its last process has gone.
trap 'for _ in $(seq 100); do rmdir "$group" 2>/dev/null && break; sleep 0.1; done' EXIT

status=0
bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@" || status=$?
awk '/^throttled_(time|usec)/ { print "quota.sh: held back for " ($2 > 1e9 || /_time/ ? $2 / 1e9 : $2 / 1e6) " s" }' \
  "$group/cpu.stat" >&2 || true
exit $status
