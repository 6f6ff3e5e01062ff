#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The scripts of docs/cluster.md on a real Slurm: one node, this machine, on loopback, with a key, sockets and state of its own."""
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest, ROOT, SMALL_NETWORK

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort={control_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=300
InactiveLimit=0
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=500 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for entry in sockets:
        entry.bind(("127.0.0.1", 0))
    ports = [entry.getsockname()[1] for entry in sockets]
    for entry in sockets:
        entry.close()
    return ports


class Slurm(ProgramTest):
    def setUp(self):
        super().setUp()
        needed = ["munged", "mungekey", "slurmctld", "slurmd", "sbatch"]
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        missing = [name for name in needed if not shutil.which(name, path=path)]
        if missing:
            self.skipTest(f"no {', '.join(missing)} on this machine (slurm-wlm, munge)")
        if os.geteuid() != 0:
            self.skipTest("slurmd needs to be root")
        self.environment |= {"PATH": path, "SLURM_CONF": str(self.folder / "slurm.conf"), "MCUPROF": PROGRAM}
        self.start_slurm()

    def start(self, *command: object) -> None:
        with open(self.folder / "daemons.log", "ab") as log:
            process = subprocess.Popen(list(map(str, command)), cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log,
                                       stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

    def start_slurm(self) -> None:
        self.folder.chmod(0o755)
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir(mode=0o755)
        control_port, node_port = free_ports(2)
        host = socket.gethostname().split(".")[0]
        self.file("slurm.conf", CONFIGURATION.format(folder=self.folder, host=host, user="root", control_port=control_port, node_port=node_port))
        subprocess.run(["mungekey", "-c", "-k", self.folder / "munge" / "key"], env=self.environment, check=True)
        self.start("munged", "--foreground", "--force", f"--key-file={self.folder}/munge/key", f"--socket={self.folder}/munge.socket",
                   f"--pid-file={self.folder}/munge/pid", f"--log-file={self.folder}/munge/log", f"--seed-file={self.folder}/munge/seed")
        self.wait_for((self.folder / "munge.socket").exists, "munged")
        self.start("slurmctld", "-D", "-i")
        self.start("slurmd", "-D", "-N", host)
        self.wait_for(lambda: "idle" in self.slurm("sinfo", "-h", "-o", "%T").stdout, "an idle node")

    def wait_for(self, condition, what: str, seconds: int = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.3)
        logs = "".join(f"\n{path.name}:\n{path.read_text(errors='replace')[-600:]}" for path in sorted(self.folder.glob("*.log")))
        self.skipTest(f"Slurm does not start here: waited in vain for {what}{logs}")

    def slurm(self, *command: object) -> subprocess.CompletedProcess:
        return subprocess.run(list(map(str, command)), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False)

    def submit(self, *arguments: object) -> str:
        result = self.slurm("sbatch", "--parsable", "--export=ALL", "-o", self.folder / "job_%A_%a.out", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.strip()

    def finish(self) -> None:
        end = time.monotonic() + 240
        while self.slurm("squeue", "-h").stdout.strip():
            self.assertLess(time.monotonic(), end, self.slurm("squeue").stdout)
            time.sleep(0.3)

    def test_array_and_merge(self):
        for name in ("a", "b"):
            self.file(f"{name}.tflite", SMALL_NETWORK.read_bytes() + name.encode())  # two contents of one network
        plan = self.file("plan.toml", 'targets = ["*.tflite"]\nchips = ["generic-m4", "nrf52840", "generic-m3"]\nkernels = ["reference"]\n')
        (self.folder / "parts").mkdir()
        array = self.submit("--array=1-3", ROOT / "scripts" / "slurm_array", plan, self.folder / "parts", 3)
        self.submit(f"--dependency=afterany:{array}", ROOT / "scripts" / "slurm_merge", self.folder / "parts", self.store)
        self.finish()
        outputs = "".join(path.read_text() for path in sorted(self.folder.glob("job_*.out")))
        self.assertEqual(sorted(path.name for path in (self.folder / "parts").iterdir()), ["part_1.db", "part_2.db", "part_3.db"], outputs)
        self.assertTrue(self.store.exists(), outputs)
        self.assertEqual(self.jobs(), 6, outputs)
        # Submitted again, every part finds its work done.
        self.submit("--array=1-3", ROOT / "scripts" / "slurm_array", plan, self.folder / "parts", 3)
        self.finish()
        self.expect_success("merge", *sorted((self.folder / "parts").glob("part_?.db")), "-o", self.store, "--quiet")
        self.assertEqual(self.jobs(), 6)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def jobs(self) -> int:
        database = sqlite3.connect(self.store)
        done = database.execute("SELECT count(*) FROM job JOIN run ON run.id = run_id").fetchone()[0]
        runs = database.execute("SELECT count(*) FROM run").fetchone()[0]
        database.close()
        self.assertEqual(done, runs)
        return runs


if __name__ == "__main__":
    unittest.main()
