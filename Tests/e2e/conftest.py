"""What the tests share: the engines of the environment, and one server on two of them."""

import os
import shutil
import tempfile

import pytest

pytest.register_assert_rewrite("support")

from support import engines as engines_of  # noqa: E402
from support import program  # noqa: E402


def pytest_configure(config):
    """ "Nothing ran" must not look like "all passed"."""
    wanted = ["PRODUCT", "ENGINE_1_SOCKET", "ENGINE_2_SOCKET", "ENGINE_2_TCP", "ENGINE_2_PID"]
    missing = [name for name in wanted if not os.environ.get(name)]
    if missing:
        raise pytest.UsageError(f"not set: {', '.join(missing)}; run scripts/test-e2e, which sets them")
    if not os.access(program.PRODUCT, os.X_OK):
        raise pytest.UsageError(f"PRODUCT={program.PRODUCT} is no program")


@pytest.fixture(scope="session")
def one():
    """Engine 1, by its unix socket."""
    socket = os.environ["ENGINE_1_SOCKET"]
    return engines_of.Engine("local", socket, engines_of.local(socket))


@pytest.fixture(scope="session")
def two():
    """Engine 2, by TCP."""
    settings = engines_of.remote(os.environ["ENGINE_2_TCP"])
    return engines_of.Engine("remote", os.environ["ENGINE_2_SOCKET"], settings, int(os.environ["ENGINE_2_PID"]))


@pytest.fixture(scope="session")
def podman():
    socket = os.environ.get("ENGINE_PODMAN_SOCKET")
    if not socket:
        pytest.skip("no podman: ENGINE_PODMAN_SOCKET is not set")
    return engines_of.Engine("local", socket, {"DOCKER_HOST": f"unix://{socket}"}, is_podman=True)


@pytest.fixture(params=["one", "two", "podman"])
def engine(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def both(one, two):
    """The settings of dual-source mode."""
    return {**one.settings, **two.settings}


@pytest.fixture(scope="module")
def server(both):
    """A server on both engines."""
    with program.serving(both) as server:
        yield server


@pytest.fixture
def short_folder():
    """A folder whose path is short enough for a unix socket in it, and open to other users."""
    folder = tempfile.mkdtemp(prefix="e2e", dir="/tmp")
    os.chmod(folder, 0o755)
    yield folder
    shutil.rmtree(folder)
