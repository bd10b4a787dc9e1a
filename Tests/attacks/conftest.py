"""The modules of this directory import each other by name, whatever directory pytest was started in."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
