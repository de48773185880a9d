"""What protects the people in a usage log: keyed hashes in place of names, under a key that lies outside the project.

Only words that are known are kept as they are: of models and vendors, and the tools that formats name. Any other, such
as the name of a firm's own model, becomes a keyed hash too.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from toolkit.core.errors import ToolkitError
from toolkit.core.project import Project
from toolkit.engine.connect import Connection
from toolkit.engine.paths import quoted
from toolkit.usage.logs.log_format import log_formats

FOLDER = "TOOLKIT_KEYS"  # an environment variable that names another folder for keys
# a model's name is kept where each part between its signs is one of these, or a number, a date, a size, a version
MODEL_WORDS = """
    claude sonnet opus haiku instant anthropic gpt chatgpt openai codex mini nano pro max turbo preview latest
    chat audio realtime search deep research oss davinci text embedding ada small large medium gemini gemma
    google flash lite exp experimental thinking ultra grok xai beta fast code build deepseek r coder reasoner
    llama meta instruct scout maverick mistral mixtral codestral devstral magistral mistralai qwen qwq plus
    next kimi moonshot moonshotai k glm zai z ai minimax m composer cursor auto default premium copilot github
    command cohere nova amazon bedrock us eu apac global vertex azure openrouter free extended swe high low
    xhigh minimal none vision omni lightning
""".split()
VENDORS = """
    anthropic openai google gcp.gemini gcp.vertex_ai gcp.gen_ai aws.bedrock azure.ai.openai azure.ai.inference x_ai xai
    mistral_ai mistral cohere deepseek groq perplexity ibm.watsonx.ai bedrock azure vertex_ai gemini openrouter cursor
    github moonshot ollama
""".split()
OPERATIONS = (
    "chat",
    "invoke_agent",
    "create_agent",
    "execute_tool",
    "embeddings",
    "generate_content",
    "text_completion",
)
NUMBER = "[avo]?[0-9]{1,8}[.0-9]{0,4}[abkmotx]?b?"
MOST = 10**12  # tokens or requests of one event; more is no count
NO_COUNT = -(10**17)  # what `count_of` gives for a text that is no count: a sum with it is still no count


def keys_folder() -> Path:
    """Where keys lie: the folder that TOOLKIT_KEYS names, or one for programs' data in the home folder."""
    if folder := os.environ.get(FOLDER):
        return Path(folder).expanduser()
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "toolkit" / "keys"


def key_path(project: Project, name: str, log_id: str) -> Path:
    """The file of a log's key. Raises ToolkitError where it would lie inside the project."""
    path = keys_folder() / f"{name}-{log_id}.key"
    if path.resolve().is_relative_to(project.root.resolve()):
        raise ToolkitError(
            f"the key of the usage log {name}",
            "its folder lies inside the project",
            "a folder outside it: who has the key and a name can find that person in the log",
            f"set {FOLDER} to another folder",
        )
    return path


def make_key() -> bytes:
    """A new key."""
    return secrets.token_bytes(32)


def keep_key(path: Path, key: bytes) -> None:
    """Writes a key into a file that only its owner may read. Raises OSError where the disk refuses it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(key.hex())


def read_key(path: Path, name: str) -> bytes:
    """The key of a log. Raises ToolkitError where it is not there any more."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise ToolkitError(
            f"the usage log {name}",
            "the key is missing from its folder",
            f"a file {path.name} in the folder of keys",
            f"put it back, or set {FOLDER} to where it is; without it nothing can be added, so read all files anew "
            "under another name",
        ) from error


def pseudonym(key: bytes, role: str, name: str) -> str:
    """The keyed hash of a name, as the macro `pseudonym` of `add_macros` gives it; `role` is user, file and so on."""
    return hashlib.sha256(f"{key.hex()}:{role}:{name}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def file_fingerprint(key: bytes, size: int, ends: bytes) -> str:
    """A keyed hash by which a file is known again: of its size, its beginning and its end."""
    return hmac.new(key, f"{size}:".encode() + ends, "sha256").hexdigest()[:32]


def add_macros(connection: Connection, key: bytes) -> None:
    """Adds what formats and checks use: keyed hashes, known words, times, whole numbers."""
    part = f"(({'|'.join(MODEL_WORDS)})[0-9]{{0,2}}|{NUMBER})"
    model = f"{part}([-._:/@ ()]+{part})*[)]?"
    tools = sorted({form.tool for form in log_formats().values() if form.tool})
    listed = ", ".join(quoted(word) for word in (*VENDORS, *OPERATIONS, *tools))
    for macro in (
        f"pseudonym(what, name) AS left(sha256({quoted(key.hex() + ':')} || what || ':' || name), 16)",
        f"long_pseudonym(name) AS left(sha256({quoted(key.hex() + ':event:')} || name), 32)",
        f"known_model(name) AS CASE WHEN length(name) < 80 AND regexp_full_match(lower(name), {quoted(model)}) "
        "THEN name ELSE 'other-' || left(pseudonym('model', name), 6) END",
        f"known_word(name) AS CASE WHEN name IS NULL OR name IN ({listed}) THEN name ELSE 'other' END",
        "utc(text) AS CASE WHEN text[-1] = 'Z' THEN try_cast(text AS TIMESTAMP) "
        "ELSE make_timestamp(epoch_us(try_cast(text AS TIMESTAMPTZ))) END",
        "key_twice(text) AS list_bool_or(list_transform("
        "list_append(json_keys(text, '$..*'), json_keys(text)), lambda keys: len(list_distinct(keys)) < len(keys)))",
        "key_twice_at(text, paths) AS coalesce(list_bool_or(list_transform("
        "json_keys(text, paths), lambda keys: list_unique(keys) < len(keys))), false)",
        "utc_of_ms(text) AS TRY(make_timestamp(try_cast(text AS BIGINT) * 1000))",
        "utc_of_seconds(text) AS TRY(make_timestamp(try_cast(text AS BIGINT) * 1000000))",
        "indexes_of(text, path) AS range(CAST(json_array_length(text, path) AS BIGINT))",
        f"count_of(text) AS CASE WHEN text IS NULL THEN NULL WHEN try_cast(text AS BIGINT) = try_cast(text AS DOUBLE) "
        f"AND try_cast(text AS BIGINT) BETWEEN 0 AND {MOST} THEN try_cast(text AS BIGINT) ELSE {NO_COUNT} END",
    ):
        connection.execute(f"CREATE MACRO {macro}")
