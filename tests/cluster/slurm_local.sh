#!/usr/bin/env bash
# Run a real Slurm on this machine, on loopback only: no systemd, no cgroups, no accounting.
#
#   slurm_local.sh start DIR    make DIR, start the daemons, print what to set in the environment
#   slurm_local.sh stop DIR     cancel the jobs and end the daemons that `start` started
#   slurm_local.sh kill DIR N   end node N without a word, as when a machine loses power
#
# All state lies in DIR: configuration, key, sockets, logs, process ids. Nothing else on the machine
# is read or changed, so that it does not disturb an installed Slurm, and any user may run it; the
# daemons then belong to him. DIR must be short (sockets have paths of at most 107 characters).
#
#   SLURM_LOCAL_NODES=2   nodes; all are this machine, so that they are no faster than one
#   SLURM_LOCAL_CPUS=1    processors that each claims to have: tasks at once on it
#   SLURM_LOCAL_PORT=26817  first of the ports on 127.0.0.1: the controller's, then each node's
#   SLURM_LOCAL_ARRAY=1001  MaxArraySize; 1001 is what many clusters have
#
# install_slurm.sh installs the programs.
set -euo pipefail

export PATH="$PATH:/usr/sbin:/sbin"
nodes=${SLURM_LOCAL_NODES:-2}
cpus=${SLURM_LOCAL_CPUS:-1}
port=${SLURM_LOCAL_PORT:-26817}
array=${SLURM_LOCAL_ARRAY:-1001}

usage() {
  echo "usage: $0 start|stop DIR, or kill DIR NODE" >&2
  exit 2
}

# daemon NAME COMMAND...: run it in the background, on its own, with its process id in NAME.id.
daemon() {
  local name=$1
  shift
  setsid "$@" </dev/null >"$state/$name.out" 2>&1 &
  echo $! >"$state/$name.id"
}

# until_true SECONDS WHAT COMMAND...
until_true() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "slurm_local.sh: no $what; the last lines of the logs in $state:" >&2
      for log in "$state"/*.out "$state"/*.log; do tail -n 5 "$log" >&2 || true; done
      stop
      exit 1
    fi
    sleep 0.1
  done
}

# is_ours NAME: whether the process with the id in NAME.id is still the one that was started.
is_ours() {
  [ -f "$state/$1.id" ] &&
    tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$state/$1.id")/cmdline" | grep -qF -- "$state"
}

# end SIGNAL NAME...: end these daemons, and after 3 seconds in any case.
end() {
  local signal=$1 deadline=$((SECONDS + 3)) name
  shift
  for name in "$@"; do
    if is_ours "$name"; then kill "-$signal" "$(cat "$state/$name.id")" || true; fi
  done
  for name in "$@"; do
    while is_ours "$name" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    if is_ours "$name"; then kill -KILL "$(cat "$state/$name.id")" || true; fi
    rm -f "$state/$name.id"
  done
}

configuration() {
  local me host memory
  me=$(id -un)
  host=$(hostname -s)
  memory=$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
  cat <<CONF
ClusterName=kingmaker
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=$me
SlurmdUser=$me
AuthType=auth/munge
# A requeued job waits until its old credential has expired: 120 seconds, if this is not said.
AuthInfo=socket=$state/munge.socket,cred_expire=5
StateSaveLocation=$state/controller
SlurmctldPidFile=$state/slurmctld.pid
SlurmctldLogFile=$state/slurmctld.log
SlurmdSpoolDir=$state/%n
SlurmdPidFile=$state/slurmd-%n.pid
SlurmdLogFile=$state/slurmd-%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# Look at the queue at once: a test cannot wait for the usual half minute.
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
# Believe the number of processors written below.
SlurmdParameters=config_overrides
SlurmdTimeout=10
KillWait=2
ReturnToService=2
MaxArraySize=$array
CONF
  local n
  for n in $(seq "$nodes"); do
    echo "NodeName=node$n NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + n))" \
      "CPUs=$cpus RealMemory=$((memory / nodes)) State=UNKNOWN"
  done
  echo "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

all_idle() {
  [ "$(sinfo --noheader --Node --states=idle --format=%N | wc -l)" -eq "$nodes" ]
}

start() {
  if [ -e "$state/slurm.conf" ]; then
    echo "slurm_local.sh: $state is in use (stop it, or give another folder)" >&2
    exit 1
  fi
  mkdir -p "$state/controller"
  chmod 755 "$state"
  (umask 077 && head -c 128 /dev/urandom >"$state/munge.key")
  configuration >"$state/slurm.conf"
  daemon munged munged --foreground --socket="$state/munge.socket" --key-file="$state/munge.key" \
    --seed-file="$state/munge.seed" --pid-file="$state/munged.pid" --log-file="$state/munged.log"
  until_true 10 "MUNGE" munge --socket="$state/munge.socket" --no-input
  daemon slurmctld slurmctld -D -f "$state/slurm.conf"
  local n
  for n in $(seq "$nodes"); do
    mkdir -p "$state/node$n"
    daemon "node$n" slurmd -D -f "$state/slurm.conf" -N "node$n"
  done
  until_true 60 "idle nodes" all_idle
  echo "export SLURM_CONF=$state/slurm.conf"
}

stop() {
  local name daemons=()
  if is_ours slurmctld; then
    # Else the jobs would outlive the daemons.
    timeout 10 scancel --quiet --user="$(id -un)" || true
    for _ in $(seq 100); do
      [ -n "$(timeout 10 squeue --noheader 2>/dev/null)" ] || break
      sleep 0.1
    done
  fi
  for name in "$state"/*.id; do
    [ ! -e "$name" ] || daemons+=("$(basename "$name" .id)")
  done
  end TERM "${daemons[@]}"
  rm -f "$state/slurm.conf"
}

[ $# -ge 2 ] || usage
state=$(realpath -m -- "$2")
export SLURM_CONF="$state/slurm.conf"
case $1 in
  start) start ;;
  stop) stop ;;
  kill) [ $# -eq 3 ] || usage; end KILL "node$3" ;;
  *) usage ;;
esac
