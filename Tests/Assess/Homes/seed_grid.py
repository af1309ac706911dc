#!/usr/bin/env python3
"""Makes homes to search, by another hand than seed_home.py: every kind in every carrier, and a developer's clutter.

    seed_grid.py grid HOME MANIFEST [SEED [ONE_OF]]
    seed_grid.py noise HOME [SEED]

MANIFEST gets a JSON list: kinds (any is right; `*` for any), carrier, path, line. ONE_OF 8 plants an eighth, drawn evenly.
"""
import json, os, random, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import seed_values  # noqa: E402
import grid_carriers, grid_clutter, grid_kinds, grid_stores  # noqa: E402


class Grid(seed_values.Home):
    def note(self, kinds, path, needle=None, carrier="store"):
        """Where a value stands: the line on which `needle` begins in what was written there."""
        with open(os.path.join(self.root, path), "rb") as file:
            data = file.read()
        line = None
        if needle:
            for code in ("utf-8", "utf-16-le"):
                at = data.find(needle.encode(code))
                if at >= 0:
                    line = data[:at].count(b"\n") + 1
                    break
            else:
                raise ValueError("not written: " + carrier)
        self.planted.append({"kinds": kinds.split("|"), "carrier": carrier, "path": "~/" + path, "line": line})

    def plant(self, kinds, path, data, needle=None, carrier="store"):
        self.write(path, data)
        self.note(kinds, path, needle, carrier)


def main():
    what, root = sys.argv[1:3]
    rest = sys.argv[3:]
    home = Grid(root)
    rng = seed_values.rng
    sys.setrecursionlimit(10_000)
    if what == "noise":
        rng.seed(int(rest[0]) if rest else 1)
        grid_clutter.write(home)
        return
    rng.seed(int(rest[1]) if len(rest) > 1 else 1)
    grid_carriers.write(home, grid_kinds, int(rest[2]) if len(rest) > 2 else 1)
    grid_stores.write(home)
    with open(rest[0], "w") as file:
        json.dump(home.planted, file)


if __name__ == "__main__":
    main()
