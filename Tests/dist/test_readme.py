"""README's words about the tarball, done as they stand; those about packages are done by `make test-roots`."""
import re
import shutil

from conftest import HERE, ROOT, protects, run, tarball

README = (ROOT / "README.md").read_text()


def block(language):
    found, = re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)
    return found.replace("linux-x86_64", f"linux-{HERE}")


def test_unpack_and_compile(tmp_path, hello):
    shutil.copy(tarball(HERE), tmp_path)
    shutil.copy(hello, tmp_path)
    run("bash", "-euo", "pipefail", "-c", block("bash"), cwd=tmp_path, env={"HOME": tmp_path})
    issuer = next(tmp_path.glob("libmcpauth-*/bin/mcpauth-dev-issuer"))
    protects(tmp_path / "hello", issuer)
    protects(tmp_path / "hello-static", issuer)


def test_cmake(tmp_path, hello, tree):
    shutil.copy(hello, tmp_path)
    words = block("cmake").replace("target_link_libraries(", "add_executable(hello hello.c)\ntarget_link_libraries(")
    (tmp_path / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.13)\nproject(hello C)\n" + words +
                                             "target_link_libraries(hello PRIVATE microhttpd)\n")
    run("cmake", "-S", tmp_path, "-B", tmp_path / "built", f"-DCMAKE_PREFIX_PATH={tree}")
    run("cmake", "--build", tmp_path / "built")
    protects(tmp_path / "built/hello", tree / "bin/mcpauth-dev-issuer")
