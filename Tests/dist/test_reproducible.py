"""The same sources give the same tarball, bit for bit, in another folder and at another time."""
import subprocess

from conftest import DIST, HERE, ROOT, run, surroundings, tarball


def test_another_folder_gives_the_same_bytes(tmp_path):
    """Nothing is taken along but the sources: it is compiled again, which takes most of this part's time."""
    other = tmp_path / "a-folder-by-another-name"
    other.mkdir()
    with subprocess.Popen(["tar", "-c", *(f"--exclude=./{name}" for name in ("build", ".build", ".git")), "."], cwd=ROOT,
                          stdout=subprocess.PIPE) as packed:
        subprocess.run(["tar", "-x", "-m"], cwd=other, stdin=packed.stdout, check=True)
    subprocess.run(["make", "-C", other, "dist", f"DIST_ARCHS={HERE}"], check=True, stdout=subprocess.DEVNULL, timeout=2400,
                   env=surroundings(LC_ALL="C", TZ="Asia/Kathmandu"))
    again = other / tarball(HERE).relative_to(ROOT)
    # First what differs, if something does: a digest would only say that something does.
    here, there = (DIST / HERE / "tree/usr/local", other / "build/dist" / HERE / "tree/usr/local")
    assert run("diff", "-rq", "--no-dereference", here, there) == ""
    assert again.read_bytes() == tarball(HERE).read_bytes()
    bill = f"{tarball(HERE).name.removesuffix('.tar.gz')}.spdx.json"
    assert (DIST / bill).read_bytes() == (other / "build/dist" / bill).read_bytes()

