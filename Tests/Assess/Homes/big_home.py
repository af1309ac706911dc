#!/usr/bin/env python3
"""Makes a home of many files, as developers have them: big_home.py HOME [FILES]

60 % of them in node_modules, 20 % objects of git, 10 % in caches, the rest sources and settings.
"""
import os, sys

root, total = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500_000
ENDINGS = [".ts", ".py", ".json", ".md", ".yaml", ".go", ".css", ".svg", ".toml", ".txt"]
BODY = {
    ".json": b'{\n  "name": "module",\n  "version": "1.2.3",\n  "settings": {"retries": 3, "tokenTtl": 3600}\n}\n' * 8,
    ".yaml": b"server:\n  port: 8080\n  auth:\n    header: X-Auth-Token\n" * 16,
    ".toml": b'[package]\nname = "thing"\nversion = "0.1.0"\n' * 16,
}
OTHER = b"export const value = compute(input, options); // a line like many others\n" * 24


def fill(base, count, each, names):
    made = 0
    while made < count:
        folder = os.path.join(base, "d%d" % (made // (each * 12)), "e%d" % (made // each % 12))
        os.makedirs(folder, exist_ok=True)
        for number in range(min(each, count - made)):
            name = names(made + number)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(BODY.get(os.path.splitext(name)[1], OTHER))
        made += each


projects = 40
for number in range(projects):
    base = os.path.join(root, "src", "project%d" % number)
    fill(base + "/node_modules", total * 6 // 10 // projects, 24, lambda n: "file%d%s" % (n, ENDINGS[n % 10]))
    fill(base + "/.git/objects", total * 2 // 10 // projects, 24, lambda n: "%038x" % n)
    fill(base + "/lib", total // 10 // projects, 24, lambda n: "file%d%s" % (n, ENDINGS[n % 10]))
fill(os.path.join(root, ".cache", "tool"), total // 10, 24, lambda n: "%040x" % n)
