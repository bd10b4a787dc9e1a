import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
CXX = os.environ.get("CXX", "g++")


def compile_text(text, compiler=CXX, standard="c++17", *options):
    """Status and messages of compiling a text for its errors and warnings alone."""
    done = subprocess.run([compiler, "-x", "c++", f"-std={standard}", *WARNINGS, *options, "-I", INCLUDE,
                           "-fsyntax-only", "-"], input=text, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stderr
