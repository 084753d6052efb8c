#!/usr/bin/env bash
# Install Slurm and MUNGE from packages of Debian or Ubuntu, for the cluster tests: 20 seconds.
#
#   sudo tests/cluster/install_slurm.sh
#
# Needs root, apt-get and a mirror that apt knows. Nothing is started and nothing configured: the
# tests start daemons of their own with slurm_local.sh. Exit status 0 if everything is there.
set -euo pipefail

readonly programs=(munged slurmctld slurmd sbatch squeue scontrol sacct sinfo)
# Daemons lie in sbin, which a user's PATH may leave out.
export PATH="$PATH:/usr/sbin:/sbin"

missing() {
  local program
  for program in "${programs[@]}"; do
    command -v "$program" >/dev/null || printf '%s ' "$program"
  done
}

if [ -z "$(missing)" ]; then
  echo "Slurm is installed: $(slurmctld -V)"
  exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "install_slurm.sh: needs root to install packages: sudo $0" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "install_slurm.sh: no apt-get here; install Slurm and MUNGE as your system does it" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# Debian's way to keep packages from starting services: remove it again, whatever happens.
readonly policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
install_packages() {
  apt-get install --yes --quiet --option Acquire::Retries=3 --no-install-recommends slurm-wlm munge
}
# The lists of packages may be absent or old; one mirror out of reach need not hurt.
install_packages || { apt-get update --quiet || true; install_packages; }

if [ -n "$(missing)" ]; then
  echo "install_slurm.sh: installed, but not found: $(missing)" >&2
  exit 1
fi
echo "Slurm is installed: $(slurmctld -V)"
