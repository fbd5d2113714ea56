"""The image, the compose file and the manifests, as far as they can be checked without a container engine."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from bot.app import build
from bot.cli import app
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "deploy" / "kubernetes"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OBJECTS = {
    (each["kind"], each["metadata"].get("name", "")): each
    for path in sorted(FOLDER.glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for each in yaml.safe_load_all(path.read_text(encoding="utf-8"))
}
DEPLOYMENTS = [each for (kind, _), each in OBJECTS.items() if kind == "Deployment"]
SETTINGS = {name.upper() for name in Settings.model_fields}
WRITABLE = {"/tmp", "/data"}
deployments = pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda each: each["metadata"]["name"])


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    (only,) = deployment["spec"]["template"]["spec"]["containers"]
    return dict(only)


def commands() -> Iterator[list[str]]:
    for deployment in DEPLOYMENTS:
        yield container(deployment)["args"]
    for service in COMPOSE["services"].values():
        if "command" in service:
            yield service["command"]
    yield yaml.safe_load(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[-1])


@pytest.mark.parametrize("arguments", list(commands()), ids=shlex.join)
def test_every_command_is_one_that_greenroom_takes(arguments: list[str]) -> None:
    name, *options = arguments
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    command.make_context(name, options)


def test_every_setting_that_is_named_exists() -> None:
    environment = COMPOSE["services"]["web"]["environment"]
    named = set(environment) | set(OBJECTS["ConfigMap", "greenroom"]["data"])
    named |= set(OBJECTS["Secret", "greenroom"]["stringData"])
    assert named <= SETTINGS


def test_the_settings_of_the_manifests_are_accepted() -> None:
    data = OBJECTS["ConfigMap", "greenroom"]["data"]
    address = OBJECTS["Secret", "greenroom"]["stringData"]["GREENROOM_DATABASE_URL"]
    given = {name.lower(): value for name, value in data.items()}
    settings = read_settings(**given, greenroom_database_url=address)
    assert settings.greenroom_owners == ("admin@example.com",)


def test_what_is_secret_is_not_among_the_open_settings() -> None:
    secret = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert secret.isdisjoint(OBJECTS["ConfigMap", "greenroom"]["data"])
    given = OBJECTS["Secret", "greenroom"]["stringData"]
    assert not [name for name, value in given.items() if value and name != "GREENROOM_DATABASE_URL"]


@deployments
def test_a_pod_is_not_root_and_writes_nowhere_but_to_its_scratch(deployment: dict[str, Any]) -> None:
    pod, one = deployment["spec"]["template"]["spec"], container(deployment)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert pod["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert pod["automountServiceAccountToken"] is False
    assert one["securityContext"]["readOnlyRootFilesystem"] is True
    assert one["securityContext"]["allowPrivilegeEscalation"] is False
    assert one["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert {mount["mountPath"] for mount in one["volumeMounts"]} <= WRITABLE
    assert one["resources"]["limits"]["memory"]


@deployments
def test_every_probe_asks_for_a_page_on_a_port_that_the_program_serves(deployment: dict[str, Any]) -> None:
    one = container(deployment)
    ports = {port["name"]: port["containerPort"] for port in one.get("ports", ())}
    paths = {getattr(route, "path", "") for route in build(read_settings()).routes()}
    probes = [one[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe") if name in one]
    assert len(probes) == 3
    for probe in probes:
        assert probe["path"] in paths
        assert str(ports[probe["port"]]) in one["args"]
        assert "0.0.0.0" in one["args"], "from inside the pod alone it could not be asked"


@deployments
def test_an_upgrade_or_a_drained_node_leaves_one_running(deployment: dict[str, Any]) -> None:
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    budget = OBJECTS["PodDisruptionBudget", name]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert budget["selector"]["matchLabels"] == spec["selector"]["matchLabels"] == labels
    assert 0 < budget["minAvailable"] < spec["replicas"], "otherwise no node could ever be drained"
    assert spec["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    from bot import program
    from bot.serve import STOP_WITHIN

    grace = spec["template"]["spec"]["terminationGracePeriodSeconds"]
    assert grace > STOP_WITHIN + program.STOP_WITHIN, "running work is finished before it is killed"


def test_the_service_leads_to_the_web_pods() -> None:
    service = OBJECTS["Service", "greenroom-web"]["spec"]
    web = OBJECTS["Deployment", "greenroom-web"]
    assert service["selector"] == web["spec"]["template"]["metadata"]["labels"]
    assert service["ports"][0]["targetPort"] in {port["name"] for port in container(web)["ports"]}


def test_everything_but_the_example_of_a_secret_is_applied_together() -> None:
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
    assert set(kustomization["resources"]) == there


def test_the_image_is_the_same_everywhere_and_of_this_version() -> None:
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert COMPOSE["services"]["web"]["image"] == f"greenroom:{version}"
    assert f"-t greenroom:{version} " in DOCKERFILE
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    assert kustomization["images"] == [{"name": "greenroom", "newTag": version}]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_service_of_compose_is_not_root_and_read_only(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert set(service["tmpfs"]) <= WRITABLE
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["depends_on"]["database"]["condition"] == "service_healthy"


def test_no_port_is_open_to_the_network_without_a_proxy_in_front() -> None:
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["web"]["ports"])
    assert "ports" not in COMPOSE["services"]["database"]


def test_the_image_runs_as_nobody_special_and_knows_whether_it_is_well() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    last = stages[-1]
    assert len(stages) == 3, "what it was built with stays behind"
    assert re.findall(r"^USER (.*)$", last, re.MULTILINE) == ["10001:10001"]
    assert last.index("USER ") < last.index("ENTRYPOINT")
    assert "apt-get" not in last[last.index("USER ") :]
    assert re.search(r"^HEALTHCHECK .*/healthz", last, re.MULTILINE)
    assert "PYTHONDONTWRITEBYTECODE=1" in last, "the file system is read-only"
    assert DOCKERFILE.count("--require-hashes") == 2


def test_everything_that_is_copied_is_there_and_goes_to_the_builder() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = [
        source
        for words in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in words.split()[:-1]
    ]
    assert set(copied) == kept
    assert all((ROOT / source).exists() for source in copied)
