"""The files in ``deploy/`` as far as they can be checked without an engine: what they name exists, and they agree."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from plan_pipeline.settings import Settings
from plan_pipeline_tests.deploy.set_ups import ROOT, plain_environment

DEPLOY = ROOT / "deploy"
TOOLS = Path(sys.executable).parent
"""Where the programs of the development dependencies are."""

SCRIPTS = sorted((DEPLOY / "local").glob("*.sh"))
SETTINGS = {str(field.validation_alias) for field in Settings.model_fields.values()}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
LOOPBACK = "127.0.0.1"
PROGRAMS = {"dagster", "dagster-webserver", "dagster-daemon", "celery"}
OF_OTHER_IMAGES = {"postgres", "redis"}
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9]+)*")


def loaded(*names: str) -> Any:
    return yaml.safe_load(DEPLOY.joinpath(*names).read_text())


COMPOSE = loaded("compose.yaml")
VALUES = loaded("helm", "values.yaml")
CLAIM, WORKERS = yaml.safe_load_all((DEPLOY / "helm" / "workers.yaml").read_text())
WORKER_POD = WORKERS["spec"]["template"]["spec"]
(WORKER,) = WORKER_POD["containers"]
INSTANCE = loaded("dagster.yaml")
DEFAULT_INSTANCE = yaml.safe_load((ROOT / "dagster.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if name not in OF_OTHER_IMAGES}
(CODE,) = VALUES["dagster-user-deployments"]["deployments"]
CHART_PODS = {"webserver": VALUES["dagsterWebserver"], "daemon": VALUES["dagsterDaemon"], "code server": CODE}
(TABLES,) = VALUES["dagsterWebserver"]["extraPrependedInitContainers"]
BAKED_IN = dict(re.findall(r"^(?:ENV|   ) (\w+)=(\S+)", DOCKERFILE, re.MULTILINE))
"""The environment that the image has."""


def env_of(container: Mapping[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in container["env"]}


def leaves(node: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every scalar in a document, with the place it stands in."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from leaves(value, f"{where}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, where)
    else:
        yield where, node


def environment_names(node: Any) -> set[str]:
    """The variables that a ``dagster.yaml`` or ``workspace.yaml`` takes from the environment."""
    return {value for where, value in leaves(node) if where.endswith(".env")}


NEEDED = environment_names(INSTANCE) | environment_names(loaded("workspace.yaml"))
ENVIRONMENTS = {
    **{f"compose: {name}": {**BAKED_IN, **service["environment"]} for name, service in OURS.items()},
    **{f"helm: {name}": {**BAKED_IN, **env_of(pod)} for name, pod in CHART_PODS.items()},
    "helm: worker": {**BAKED_IN, **env_of(WORKER)},
    "helm: tables": {**BAKED_IN, **env_of(TABLES)},
}
COMMANDS = {
    **{f"compose: {name}": service["command"] for name, service in OURS.items()},
    "helm: worker": WORKER["command"],
    "helm: tables": TABLES["command"],
    "helm: daemon is alive": CHART_PODS["daemon"]["livenessProbe"]["exec"]["command"],
    **{
        f"compose: {name} is well": service["healthcheck"]["test"][1:]
        for name, service in OURS.items()
        if service.get("healthcheck", {}).get("test", [""])[0] == "CMD"
    },
}
IMAGES = {
    **{f"compose: {name}": service["image"] for name, service in COMPOSE["services"].items()},
    **{f"helm: {name}": f"{pod['image']['repository']}:{pod['image']['tag']}" for name, pod in CHART_PODS.items()},
    "helm: worker": WORKER["image"],
    "helm: tables": TABLES["image"],
    **{f"Dockerfile {number}": name for number, name in enumerate(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M))},
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_shell(script: Path) -> None:
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True)
    assert done.stderr == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_finds_nothing_in_a_script(script: Path) -> None:
    done = subprocess.run([TOOLS / "shellcheck", "-x", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == ""


@pytest.mark.parametrize("script", ["start.sh", "stop.sh"])
def test_a_script_without_a_folder_says_how_it_is_used(script: str) -> None:
    path = DEPLOY / "local" / script
    done = subprocess.run([str(path)], capture_output=True, text=True, env=plain_environment())
    assert (done.returncode, done.stderr) == (2, f"usage: {path} FOLDER\n")


def test_the_structure_of_the_compose_file_is_that_of_the_specification() -> None:
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_chart_takes_these_values() -> None:
    if not shutil.which("helm"):
        pytest.skip("helm is not installed")
    chart = ["dagster/dagster", "--version", metadata.version("dagster")]
    if subprocess.run(["helm", "show", "chart", *chart], capture_output=True).returncode:
        pytest.skip("helm knows no repository `dagster` with this release of the chart")
    done = subprocess.run(
        ["helm", "template", "plan-pipeline", *chart, "--values", str(DEPLOY / "helm" / "values.yaml")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    kinds = [document["kind"] for document in yaml.safe_load_all(done.stdout) if document]
    assert kinds.count("Deployment") == len(CHART_PODS)


@pytest.mark.parametrize("where", IMAGES)
def test_an_image_is_pinned_to_a_version(where: str) -> None:
    assert PINNED.fullmatch(IMAGES[where])


def test_all_parts_run_the_image_of_this_version() -> None:
    ours = {image for image in IMAGES.values() if image.startswith("plan-pipeline")}
    assert ours == {f"plan-pipeline:{metadata.version('plan-pipeline').partition('+')[0]}"}


def test_the_chart_is_that_of_the_release_of_dagster() -> None:
    text = (DEPLOY / "helm" / "values.yaml").read_text()
    assert f"--version {metadata.version('dagster')} " in text


def test_the_image_is_built_with_the_uv_of_the_makefile_for_a_supported_python() -> None:
    (pinned,) = re.findall(r"^UV_VERSION := (\S+)", (ROOT / "Makefile").read_text(), re.M)
    assert f"uv=={pinned}" in DOCKERFILE
    assert set(re.findall(r"^FROM python:(\d+\.\d+)\.", DOCKERFILE, re.M)) == {"3.11"}


@pytest.mark.parametrize("line", re.findall(r"^COPY (?!--from)(.+)", DOCKERFILE, re.MULTILINE))
def test_what_the_image_copies_exists_and_is_let_through(line: str) -> None:
    let_through = set(re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.M))
    *sources, _ = shlex.split(line)
    assert [source for source in sources if not (ROOT / source).exists() or source not in let_through] == []


def test_the_image_has_the_instance_and_workspace_of_all_other_set_ups() -> None:
    home = BAKED_IN["DAGSTER_HOME"]
    assert f"COPY deploy/dagster.yaml deploy/workspace.yaml {home}/\n" in DOCKERFILE
    assert {environment["DAGSTER_HOME"] for environment in ENVIRONMENTS.values()} == {home}
    assert VALUES["global"]["dagsterHome"] != home  # where the chart mounts a dagster.yaml of its own


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_a_part_has_every_variable_that_its_settings_take_from_the_environment(where: str) -> None:
    # Those that hold passwords come from a secret in Kubernetes, and the chart writes the workspace itself.
    elsewhere = {name for name in NEEDED if name.endswith("_URL") or "CODE_SERVER" in name}
    needed = NEEDED if where.startswith("compose") else NEEDED - elsewhere
    assert needed - ENVIRONMENTS[where].keys() == set()


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_the_variables_of_a_part_are_known_settings(where: str) -> None:
    names = {name for name in ENVIRONMENTS[where] if name.startswith(("PLAN_PIPELINE_", "ANTHROPIC_"))}
    assert names - SETTINGS == set()


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_all_parts_look_at_the_same_data_configuration_and_logs(where: str) -> None:
    for name in ("PLAN_PIPELINE_DATA", "PLAN_PIPELINE_CONFIG", "DAGSTER_LOGS_FOLDER"):
        assert ENVIRONMENTS[where][name] == BAKED_IN[name]


@pytest.mark.parametrize("where", ENVIRONMENTS)
def test_no_part_names_a_library_so_that_all_use_the_one_activated_in_their_data_folder(where: str) -> None:
    assert "PLAN_PIPELINE_LIBRARY" not in ENVIRONMENTS[where]


@pytest.mark.parametrize("where", COMMANDS)
def test_a_command_is_a_program_that_is_installed(where: str) -> None:
    scripts = {script.name for script in metadata.entry_points(group="console_scripts")}
    program = COMMANDS[where][0]
    if program in PROGRAMS and program not in scripts:
        pytest.skip(f"{program} is not installed: uv sync --frozen --extra cluster")
    assert program in scripts | {"python"}


@pytest.mark.parametrize(
    "arguments",
    [COMMANDS["compose: code-server"], CODE["codeServerArgs"], COMMANDS["compose: worker"], COMMANDS["helm: worker"]],
    ids=["compose: code server", "helm: code server", "compose: worker", "helm: worker"],
)
def test_the_module_that_a_command_names_exists(arguments: list[str]) -> None:
    option = "-m" if "-m" in arguments else "-A"
    name = arguments[arguments.index(option) + 1]
    assert (ROOT / Path(*name.split("."))).with_suffix(".py").is_file()
    if option == "-m":
        assert import_module(name).defs


def test_no_password_lies_in_a_file() -> None:
    documents = {"compose.yaml": COMPOSE, "values.yaml": VALUES, "workers.yaml": [CLAIM, WORKERS], "dagster": INSTANCE}
    secret = re.compile(r"password|secret|token|api_key|alert_url|postgres_url|redis_url|broker|backend", re.I)
    from_elsewhere = re.compile(r"\$\{\w+:[?-][^}]*\}|[A-Z_]+_URL")
    found = []
    for file, document in documents.items():
        for where, value in leaves(document):
            plain = from_elsewhere.sub("", value) if isinstance(value, str) else ""
            names_one = where.endswith((".name", ".env", "SecretName", "PasswordSecret", "ConfigSecret"))
            if secret.search(where.rpartition(".")[2]) and not names_one and re.search(r":[^@/]+@|^\w+$", plain):
                found.append(f"{file}{where}: {value}")
    assert found == []


def test_compose_ends_where_a_password_is_not_set() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    uses = re.findall(r"\$\{(\w+_PASSWORD)(\S*?)", text)
    assert {name for name, _ in uses} == {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
    assert len(re.findall(r"\$\{\w+_PASSWORD:\?", text)) == len(uses)


@pytest.mark.parametrize("pod", [*CHART_PODS.values(), WORKER, TABLES], ids=[*CHART_PODS, "worker", "tables"])
def test_a_pod_takes_its_passwords_from_the_secret(pod: Mapping[str, Any]) -> None:
    secrets = pod.get("envSecrets") or [source["secretRef"] for source in pod["envFrom"]]
    assert secrets == [{"name": "plan-pipeline"}]


def test_only_the_webserver_can_be_reached_from_outside_and_only_on_loopback() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports.keys() == {"webserver"}
    assert all(port.startswith(f"{LOOPBACK}:") for port in ports["webserver"])
    assert VALUES["dagsterWebserver"]["service"]["type"] == "ClusterIP"


@pytest.mark.parametrize("name", [name for name in COMPOSE["services"] if name != "tables"])
def test_a_part_that_stays_has_a_health_check(name: str) -> None:
    check = COMPOSE["services"][name]["healthcheck"]
    assert check["test"][0] in ("CMD", "CMD-SHELL")
    assert {"interval", "timeout", "retries"} <= check.keys()


@pytest.mark.parametrize("pod", [*CHART_PODS.values(), WORKER], ids=[*CHART_PODS, "worker"])
def test_a_pod_that_stays_has_a_probe_with_a_time_limit(pod: Mapping[str, Any]) -> None:
    assert pod["livenessProbe"]["timeoutSeconds"] > 0


@pytest.mark.parametrize("name", OURS)
def test_a_container_runs_without_rights_it_does_not_need(name: str) -> None:
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in OURS[name]["security_opt"]
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)


@pytest.mark.parametrize("pod", [*CHART_PODS.values(), WORKER], ids=[*CHART_PODS, "worker"])
def test_a_pod_runs_without_rights_it_does_not_need(pod: Mapping[str, Any]) -> None:
    as_user = pod.get("podSecurityContext") or WORKER_POD["securityContext"]
    assert (as_user["runAsNonRoot"], as_user["runAsUser"]) == (True, 10001)
    assert pod["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.mark.parametrize("where", [*OURS, *CHART_PODS, "worker in the cluster"])
def test_every_part_has_the_one_data_folder(where: str) -> None:
    folder = BAKED_IN["PLAN_PIPELINE_DATA"]
    if where in OURS:
        assert OURS[where]["volumes"] == [f"data:{folder}"]
        return
    pod = CHART_PODS.get(where, {**WORKER, "volumes": WORKER_POD["volumes"]})
    assert [mount["mountPath"] for mount in pod["volumeMounts"]] == [folder]
    claims = [volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"]]
    assert claims == [CLAIM["metadata"]["name"]]
    assert CLAIM["spec"]["accessModes"] == ["ReadWriteMany"]


def test_workers_have_as_many_slots_as_runs_may_proceed_at_once() -> None:
    def slots(command: list[str]) -> int:
        (option,) = (argument for argument in command if argument.startswith("--concurrency="))
        return int(option.partition("=")[2])

    compose = COMPOSE["services"]["worker"]["deploy"]["replicas"] * slots(COMMANDS["compose: worker"])
    helm = WORKERS["spec"]["replicas"] * slots(COMMANDS["helm: worker"])
    script = (DEPLOY / "local" / "start.sh").read_text()
    (workers,), (local,) = re.findall(r"\$\{WORKERS:-(\d)\}", script)[:1], re.findall(r"\$\{SLOTS:-(\d)\}", script)
    at_once = INSTANCE["concurrency"]["runs"]["max_concurrent_runs"]
    assert {compose, helm, int(workers) * int(local)} == {at_once}


def test_workers_are_started_alike_in_all_set_ups() -> None:
    script = " ".join((DEPLOY / "local" / "start.sh").read_text().replace("\\\n", " ").split())
    (local,) = re.findall(r'"\$bin/celery" (.*?) number=', script)
    own = {"--hostname", "--concurrency"}  # those that differ, by place

    def options(words: list[str]) -> list[str]:
        joined = re.sub(r"(--\w+) (?=[^-\s])", r"\1=", " ".join(words))
        return sorted(word for word in joined.split() if word.partition("=")[0] not in own)

    assert options(COMMANDS["compose: worker"][1:]) == options(COMMANDS["helm: worker"][1:]) == options(local.split())


def test_there_is_one_daemon() -> None:
    assert "deploy" not in COMPOSE["services"]["daemon"]
    assert "replicaCount" not in VALUES["dagsterDaemon"]


def test_workers_are_given_time_to_finish_what_they_are_at() -> None:
    minutes = int(COMPOSE["services"]["worker"]["stop_grace_period"].removesuffix("m"))
    assert WORKER_POD["terminationGracePeriodSeconds"] == 60 * minutes >= 300


def test_the_chart_names_the_launcher_of_the_instance() -> None:
    launcher = VALUES["runLauncher"]["config"]["customRunLauncher"]
    assert {part: launcher[part] for part in ("module", "class")} == {
        part: INSTANCE["run_launcher"][part] for part in ("module", "class")
    }


@pytest.mark.parametrize("part", ["run_storage", "schedule_storage", "event_log_storage", "run_launcher"])
def test_the_classes_that_the_instance_names_exist(part: str) -> None:
    for module in ("dagster_postgres", "dagster_celery"):
        pytest.importorskip(module, reason="not installed: uv sync --frozen --extra cluster")
    named = INSTANCE[part]
    assert hasattr(import_module(named["module"]), named["class"])


def test_redis_gives_a_run_to_a_second_worker_only_after_the_longest_run() -> None:
    settings = INSTANCE["run_launcher"]["config"]["config_source"]
    longest = INSTANCE["run_monitoring"]["max_runtime_seconds"]
    assert settings["task_acks_late"] is True
    assert settings["broker_transport_options"]["visibility_timeout"] > longest
    assert settings["result_backend_transport_options"]["visibility_timeout"] > longest


SAME_ON_BOTH = {
    "telemetry": "nothing is reported to anybody",
    "nux": "no questions are asked",
    "run_coordinator": "the queue is looked at as often",
    "concurrency": "as many runs, one a plan, two of bulk; pools",
    "retention": "ticks are kept as long",
}


@pytest.mark.parametrize("part", SAME_ON_BOTH)
def test_the_instance_for_many_machines_agrees_with_the_one_for_one_machine(part: str) -> None:
    assert INSTANCE[part] == DEFAULT_INSTANCE[part]


def test_runs_are_watched_and_tried_again_alike_where_it_matters() -> None:
    for part, names in {
        "run_monitoring": ("enabled", "cancel_timeout_seconds", "max_resume_run_attempts", "max_runtime_seconds"),
        "run_retries": ("enabled", "retry_on_asset_or_op_failure"),
    }.items():
        assert {name: INSTANCE[part][name] for name in names} == {name: DEFAULT_INSTANCE[part][name] for name in names}


def test_events_are_written_in_batches_of_one_size() -> None:
    sizes = {instance["event_log_storage"]["config"]["batch_size"] for instance in (INSTANCE, DEFAULT_INSTANCE)}
    assert len(sizes) == 1
