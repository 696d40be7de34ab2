"""What the benchmark scripts share: sections that run by name, and the table of their figures."""
import subprocess
import sys
import time

ROWS = []
HEADER = ("section", "what", "sluice", "beside", "ratio", "aim")


def row(section, what, value, beside="", ratio=None, aim=""):
    """Adds a line to the table and says it at once."""
    shown = "" if ratio is None else f"{ratio:.2f}"
    ROWS.append((section, what, value, beside, shown, aim))
    print(f"  {section}: {what}: {value} {beside} {shown}", flush=True)


def run(bench, names):
    """Runs these sections, methods of `bench`, prints the table and ends with 1 if one failed."""
    failed = False
    for name in names:
        print(name, flush=True)
        start = time.monotonic()
        try:
            getattr(bench, name)()
        except (RuntimeError, OSError, LookupError, ValueError,
                subprocess.CalledProcessError) as problem:
            failed = True
            row(name, "failed", str(problem)[:200])
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
    print()
    widths = [max(len(line[i]) for line in [HEADER, *ROWS]) for i in range(len(HEADER))]
    for line in [HEADER, *ROWS]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    sys.exit(1 if failed else 0)
