#!/usr/bin/python3
"""The peer of nscope_bench_mutants: the same networks and the same brute force in eager Python PyTorch.

Every single-base variant runs whole, in batches, under inference mode; the fastest of several batch sizes counts. Some
mutants are timed and the time is scaled to all (the last column says how many). Weights are fresh: speed does not
depend on their values.

usage: OMP_WAIT_POLICY=passive /usr/bin/python3 tests/bench/peer.py [--threads 2] [--seconds 4] [name …]
"""
import argparse
import ctypes
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    print("There is no PyTorch for this Python; on Debian: sudo apt-get install python3-torch, and run /usr/bin/python3.")
    sys.exit(0)


def same(conv):
    """Keras' "same" padding: the surplus of an even kernel at the end."""
    total = (conv.kernel_size[0] - 1) * conv.dilation[0]
    return nn.Sequential(nn.ConstantPad1d((total // 2, total - total // 2), 0.0), conv)


def basset(length, tasks=15, filters=(300, 200, 200), dense=1000):
    layers, channels, positions = [], 4, length
    for count, kernel, pool in zip(filters, (10, 11, 7), (3, 4, 4)):
        layers += [same(nn.Conv1d(channels, count, kernel)), nn.BatchNorm1d(count, eps=1e-3), nn.ReLU(),
                   nn.MaxPool1d(pool)]
        channels, positions = count, positions // pool
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * positions, dense), nn.ReLU(),
                         nn.Linear(dense, dense), nn.ReLU(), nn.Linear(dense, tasks))


class BPNet(nn.Module):
    def __init__(self, filters=64, layers=8):
        super().__init__()
        self.stem = nn.Conv1d(4, filters, 25, padding=12)
        self.dilated = nn.ModuleList(
            nn.Conv1d(filters, filters, 3, dilation=2 ** i, padding=2 ** i) for i in range(1, layers + 1))
        self.head = nn.ConvTranspose1d(filters, 1, 25, padding=12)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        for conv in self.dilated:
            x = x + torch.relu(conv(x))
        return self.head(x).mean(2)


class CnnBiLstm(nn.Module):
    def __init__(self, units=64):
        super().__init__()
        self.conv = same(nn.Conv1d(4, 64, 8))
        self.lstm = nn.LSTM(64, units, batch_first=True, bidirectional=True)
        self.hidden = nn.Linear(2 * units, 50)
        self.score = nn.Linear(50, 1, bias=False)
        self.out = nn.Linear(2 * units, 1)

    def forward(self, x):
        h, _ = self.lstm(torch.relu(self.conv(x)).transpose(1, 2))
        weight = torch.softmax(self.score(torch.tanh(self.hidden(h))), 1)
        return self.out((h * weight).sum(1))


class FeedForward(nn.Module):
    """Pre-norm, residual, as in OpenNMT."""

    def __init__(self, dim, hidden=2048):
        super().__init__()
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.first, self.second = nn.Linear(dim, hidden), nn.Linear(hidden, dim)

    def forward(self, x):
        return x + self.second(torch.relu(self.first(self.norm(x))))


class LFNetLayer(nn.Module):
    """The authors' layer: STFT, one complex filter per channel, soft-shrink of both parts, inverse STFT, feed-forward."""

    def __init__(self, dim, window, shrink):
        super().__init__()
        self.window, self.dim = window, dim
        self.norm, self.after = nn.LayerNorm(dim, eps=1e-12), nn.LayerNorm(dim, eps=1e-12)
        self.filter = nn.Parameter(torch.randn(window // 2 + 1, dim, dtype=torch.cfloat) * 0.02)
        self.shrink = nn.Softshrink(shrink)
        self.feed_forward = FeedForward(dim)
        self.register_buffer("hann", torch.hann_window(window))

    def forward(self, x):
        n, length, dim = x.shape
        rows = self.norm(x).transpose(1, 2).reshape(n * dim, length)
        spectrum = torch.stft(rows, self.window, self.window // 2, self.window, self.hann, True, "constant", False,
                              True, True)
        spectrum = spectrum.view(n, dim, spectrum.size(1), -1) * self.filter.t().unsqueeze(2)
        spectrum = torch.complex(self.shrink(spectrum.real), self.shrink(spectrum.imag))
        rows = torch.istft(spectrum.flatten(0, 1), self.window, self.window // 2, self.window, self.hann, True, False,
                           True, length)
        return x + self.feed_forward(self.after(rows.view(n, dim, length).transpose(1, 2)))


class DecoderLayer(nn.Module):
    """Its first step: one query, so that attention to itself is its own value."""

    def __init__(self, dim, heads=8):
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.itself = nn.Sequential(nn.Linear(dim, dim), nn.Linear(dim, dim))
        self.query, self.key, self.value, self.out = (nn.Linear(dim, dim) for _ in range(4))
        self.feed_forward = FeedForward(dim)

    def forward(self, x, memory):
        n, length, dim = memory.shape
        split = lambda t: t.view(n, -1, self.heads, dim // self.heads).transpose(1, 2)
        q = x + self.itself(self.norm_1(x))
        query = split(self.query(self.norm_2(q))) / (dim // self.heads) ** 0.5
        weights = torch.softmax(query @ split(self.key(memory)).transpose(2, 3), -1)
        context = (weights @ split(self.value(memory))).transpose(1, 2).reshape(n, 1, dim)
        return self.feed_forward(self.out(context) + q)


class LFNet(nn.Module):
    """bioseq2seq as published: the class token's log-odds."""

    def __init__(self, length, dim=64, layers=12, window=250, shrink=0.004):
        super().__init__()
        self.table = nn.Linear(4, dim, bias=False)
        self.register_buffer("places", torch.randn(length, dim))
        self.encoder = nn.ModuleList(LFNetLayer(dim, window, shrink) for _ in range(layers))
        self.norm, self.end = nn.LayerNorm(dim, eps=1e-12), nn.LayerNorm(dim, eps=1e-6)
        self.start = nn.Parameter(torch.randn(1, 1, dim))
        self.decoder = nn.ModuleList(DecoderLayer(dim) for _ in range(2))
        self.generator = nn.Linear(dim, 28)

    def forward(self, x):
        x = self.table(x.transpose(1, 2)) * 8.0 + self.places
        for layer in self.encoder:
            x = layer(x)
        memory, y = self.norm(x), self.start.expand(x.size(0), -1, -1)
        for layer in self.decoder:
            y = layer(y, memory)
        logits = self.generator(self.end(y))[:, 0]
        return logits[:, 4:5] - logits[:, 5:6]


class BertLayer(nn.Module):
    """As Hugging Face transformers computes it."""

    def __init__(self, dim=768, heads=12, hidden=3072):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(dim, dim) for _ in range(3))
        self.output, self.norm = nn.Linear(dim, dim), nn.LayerNorm(dim, eps=1e-12)
        self.expand, self.contract = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        self.last_norm = nn.LayerNorm(dim, eps=1e-12)

    def forward(self, x):
        def by_head(y):
            return y.view(*y.shape[:2], self.heads, -1).transpose(1, 2)
        q, k, v = by_head(self.query(x)), by_head(self.key(x)), by_head(self.value(x))
        weights = torch.softmax(q @ k.transpose(2, 3) / q.shape[-1] ** 0.5, -1)
        x = self.norm(self.output((weights @ v).transpose(1, 2).flatten(2)) + x)
        return self.last_norm(self.contract(nn.functional.gelu(self.expand(x))) + x)


class Bert(nn.Module):
    """3UTRBERT's classifier with 3-mers: windows of 510, of which the pooled [CLS] is averaged."""

    def __init__(self, dim=768, layers=12):
        super().__init__()
        self.words, self.places = nn.Embedding(69, dim), nn.Embedding(512, dim)
        self.norm = nn.LayerNorm(dim, eps=1e-12)
        self.layers = nn.Sequential(*(BertLayer(dim) for _ in range(layers)))
        self.pooler, self.classifier = nn.Linear(dim, dim), nn.Linear(dim, 2)

    def forward(self, x):
        letters = x.argmax(1)
        kmers = 5 + 16 * letters[:, :-2] + 4 * letters[:, 1:-1] + letters[:, 2:]
        pooled = 0
        for window in kmers.split(510, 1):
            ids = nn.functional.pad(nn.functional.pad(window, (1, 0), value=2), (0, 1), value=3)
            hidden = self.layers(self.norm(self.words(ids) + self.places.weight[:ids.shape[1]]))
            pooled = pooled + torch.tanh(self.pooler(hidden[:, 0])) * (window.shape[1] / kmers.shape[1])
        return self.classifier(pooled)


NETWORKS = {
    "basset/1000": (lambda: basset(1000), 1000),
    "bpnet64x8/1000": (BPNet, 1000),
    "bpnet64x8/2114": (BPNet, 2114),
    "cnn-bilstm64/200": (CnnBiLstm, 200),
    "cnn-bilstm64/1000": (CnnBiLstm, 1000),
    "lfnet/1200": (lambda: LFNet(1200), 1200),
    "lfnet/3000": (lambda: LFNet(3000), 3000),
    "lfnet/12000": (lambda: LFNet(12000), 12000),
    "bert-base/512": (Bert, 512),
    "bert-base/2000": (Bert, 2000),
}


def seconds_per_mutant(net, length, batch, seconds):
    """Seconds of a mutant in batches of this size, and how many were timed."""
    reference = torch.randint(4, (length,))
    done, started = 0, time.perf_counter()
    with torch.inference_mode():
        while done < 3 * length and time.perf_counter() - started < seconds:
            letters = reference.repeat(batch, 1)
            rows = torch.randint(length, (batch, 1))
            letters.scatter_(1, rows, (letters.gather(1, rows) + 1) % 4)
            net(torch.nn.functional.one_hot(letters, 4).transpose(1, 2).float())[:, 0].tolist()
            done += batch
    return (time.perf_counter() - started) / done, done


def fastest(net, length, seconds):
    results = []
    for batch in (1, 4, 16, 64, 256):
        if results and min(results)[0] * batch > 3 * seconds:  # a single batch would take too long
            break
        best, timed = seconds_per_mutant(net, length, batch, seconds)
        results.append((best, batch, timed))
    return min(results)


def set_threads(threads):
    torch.set_num_threads(threads)
    try:  # OpenBLAS has a pool of its own
        ctypes.CDLL("libopenblas.so.0").openblas_set_num_threads(threads)
    except OSError:
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NETWORKS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4.0, help="per batch size")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in NETWORKS:
            parser.error(f"there is no network {name}; there are {', '.join(NETWORKS)}")
    set_threads(arguments.threads)
    print(f"PyTorch {torch.__version__}, {arguments.threads} threads")
    print(f"{'network':20} {'mutants':>8} {'seconds':>9} {'batch':>6} {'timed':>6}")
    for name in arguments.names or NETWORKS:
        make, length = NETWORKS[name]
        net = make().eval()
        best, batch, timed = fastest(net, length, arguments.seconds)
        print(f"{name:20} {3 * length:8} {best * 3 * length:9.2f} {batch:6} {timed:6}")


if __name__ == "__main__":
    main()
