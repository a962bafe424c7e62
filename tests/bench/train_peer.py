#!/usr/bin/python3
"""Examples per second of `nucleoscope-cli train` and of the same loop in PyTorch, on the same data and threads.

    OMP_WAIT_POLICY=passive tests/bench/train_peer.py build/release/bin/nucleoscope-cli [threads] [float32|bf16]

The network is Basset on 200 nt with two classes, batches of 64, Adam at 1e-3. The peer holds its one-hot letters ready in
memory, so that it pays for nothing but the loop; ours reads letters and encodes them for every batch. With bf16 both use
autocast. Both are measured in turns, three times, and the best of each counts.
"""
import ctypes
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn

import peer as peers

LENGTH, EXAMPLES, BATCH, STEPS = 200, 4096, 64, 30


# The allocator as our programs set theirs (DESIGN §4); page faults dominate otherwise.
for option, value in ((-8, 1), (-3, 32 << 20), (-1, 1 << 30)):  # arenas, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD
    ctypes.CDLL(None).mallopt(option, value)


def sequences():
    draw = random.Random(5)
    return ["".join(draw.choices("ACGT", k=LENGTH)) for _ in range(EXAMPLES)]


def ours(cli, folder, letters, threads, precision, turn):
    table = folder / "data.tsv"
    with open(table, "w") as out:
        out.write("sequence\tlabel\tsplit\n")
        for i, text in enumerate(letters):
            out.write(f"{text}\t{'gc' if text.count('G') + text.count('C') > 100 else 'at'}\t"
                      f"{'valid' if i % 64 == 0 else 'test' if i % 64 == 1 else 'train'}\n")
    config = folder / "run.json"
    config.write_text(json.dumps({
        "task": "classes", "data": {"table": str(table)}, "model": {"architecture": "basset"},
        "optimiser": {"kind": "adam", "rate": 0.001}, "schedule": {"kind": "constant"},
        "augment": {"reverse_complement": 0}, "batches": {"examples": BATCH}, "limits": {"epochs": 0, "steps": STEPS},
        "validation": {"every_epochs": 0, "every_steps": STEPS, "patience": 0, "bootstrap": 0},
        "precision": precision, "log_every_steps": STEPS // 3, "checkpoint_minutes": 0, "card": {"id": "speed"}}))
    run = folder / f"run{turn}"
    subprocess.run([cli, "train", "--quiet", "--threads", str(threads), "--config", str(config), "--output", str(run)],
                   check=True)
    lines = [json.loads(line) for line in open(run / "metrics.jsonl")]
    return max(line["examples_per_second"] for line in lines if line["type"] == "train")


def peer(letters, threads, precision):
    peers.set_threads(threads)
    torch.manual_seed(1)
    codes = torch.tensor([["ACGT".index(c) for c in text] for text in letters])
    onehot = nn.functional.one_hot(codes, 4).float().transpose(1, 2).contiguous()
    labels = torch.tensor([int(text.count("G") + text.count("C") > 100) for text in letters])
    net = peers.basset(LENGTH, tasks=2).train()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(onehot, labels), batch_size=BATCH, shuffle=True,
                                         drop_last=True)
    rates, done, began = [], 0, time.perf_counter()
    while True:
        for x, y in loader:
            optimiser.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
                logits = net(x)
            nn.functional.cross_entropy(logits.float(), y).backward()
            optimiser.step()
            done += 1
            if done % (STEPS // 3) == 0:
                now = time.perf_counter()
                rates.append(STEPS // 3 * BATCH / (now - began))
                began = now
            if done == STEPS:
                return max(rates)


def main():
    cli = sys.argv[1]
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    precision = sys.argv[3] if len(sys.argv) > 3 else "float32"
    letters = sequences()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        pairs = [(ours(cli, folder, letters, threads, precision, turn), peer(letters, threads, precision))
                 for turn in range(3)]
    mine, theirs = max(a for a, _ in pairs), max(b for _, b in pairs)
    print(f"torch {torch.__version__}, {threads} thread(s), {os.cpu_count()} cores, {precision}")
    print(f"examples per second: ours {mine:.1f}, PyTorch {theirs:.1f}, ratio {mine / theirs:.2f}")


if __name__ == "__main__":
    main()
