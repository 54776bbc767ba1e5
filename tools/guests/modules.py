#!/usr/bin/env python3
"""modules.py FROM TO NAME...: copies kernel modules and all they depend on, and writes modules.dep and modules.alias.

FROM and TO are lib/modules/VERSION folders. It does depmod's work for the few modules of a small disk, from the
.modinfo section alone, so that the result does not depend on the host's kmod.
"""
import pathlib
import re
import shutil
import sys


def modinfo(path):
    """The NAME=VALUE strings of .modinfo, as (name, value) pairs."""
    pairs = re.findall(rb"(?<![^\0])(depends|alias|softdep)=([^\0]*)\0", path.read_bytes())
    return [(name.decode(), value.decode()) for name, value in pairs]


def canonical(name):
    return name.replace("-", "_")


def main(source, target, names):
    source, target = pathlib.Path(source), pathlib.Path(target)
    found = {canonical(path.stem): path for path in source.rglob("*.ko")}
    builtin = {canonical(pathlib.Path(line).stem) for line in (source / "modules.builtin").read_text().split()}
    depends, order = {}, []

    def visit(name):
        name = canonical(name)
        if name in depends or name in builtin:
            return
        if name not in found:
            sys.exit(f"modules.py: no module {name} in {source}")
        info = modinfo(found[name])
        direct = [canonical(d) for key, value in info if key == "depends" for d in value.split(",") if d]
        depends[name] = [d for d in direct if d not in builtin]
        for dependency in depends[name]:
            visit(dependency)
        order.append(name)

    for name in names:
        visit(name)

    dep_lines, alias_lines = [], []
    for name in sorted(order):
        relative = found[name].relative_to(source)
        copy = target / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found[name], copy)
        closure = [found[d].relative_to(source) for d in reversed(order) if d in reach(depends, name)]
        dep_lines.append(f"{relative}: {' '.join(map(str, closure))}".rstrip())
        alias_lines += [f"alias {value} {name}" for key, value in modinfo(found[name]) if key == "alias"]
    (target / "modules.dep").write_text("\n".join(dep_lines) + "\n")
    (target / "modules.alias").write_text("\n".join(alias_lines) + "\n")


def reach(depends, name):
    """Everything NAME depends on, directly or not."""
    seen, todo = set(), list(depends[name])
    while todo:
        dependency = todo.pop()
        if dependency not in seen:
            seen.add(dependency)
            todo += depends[dependency]
    return seen


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
