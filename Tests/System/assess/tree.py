"""tree.py FOLDER...: one line for each file, folder and link below: kind, mode, owner, group, SHA-256 or target, path.
Times are not in it: a file that was replaced by the same bytes is the same."""
import hashlib
import os
import stat
import sys


def line(path):
    status = os.lstat(path)
    what = ""
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            what = hashlib.sha256(file.read()).hexdigest()
    elif stat.S_ISLNK(status.st_mode):
        what = os.readlink(path)
    return f"{status.st_mode:o} {status.st_uid}:{status.st_gid} {what} {path}"


for root in sys.argv[1:]:
    out = [line(root)]
    for at, folders, files in os.walk(root):
        out += [line(f"{at}/{name}") for name in folders + files]
    print("\n".join(sorted(out, key=lambda one: one.rsplit(" ", 1)[-1])))
