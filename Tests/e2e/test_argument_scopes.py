"""The example of an operation check: what it prints is what a client would get."""
import subprocess

from program import EXAMPLES


def test_limits_and_folders_are_judged_by_the_arguments():
    done = subprocess.run([EXAMPLES / "argument_scopes"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('scope="pay pay:large"') == 2
    assert done.stdout.count("MCPAUTH_ERR_OPERATION_NOT_ALLOWED") == 4
