"""What a process holds: its descriptors and its memory, as the kernel counts them."""

import os
import pathlib


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_kilobytes(pid: int) -> int:
    """The memory that it has now."""
    return _status(pid, "VmRSS")


def peak_kilobytes(pid: int) -> int:
    """The most that it ever had, or had since `forget_peak`."""
    return _status(pid, "VmHWM")


def forget_peak(pid: int):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status(pid: int, name: str) -> int:
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
