"""Renaming users, and giving them other paths.

UpdateUser changes a user's name, path and so its ARN; its unique id, keys and policies stay. (IAM API reference,
UpdateUser; IAM user guide, "Rename IAM users".)
"""

from __future__ import annotations

from typing import Any

from ministack.services import iam

Answer = tuple[int, dict[str, str], bytes]


def install() -> None:
    """Puts the operation into MiniStack's IAM, which lacks it."""
    iam._IAM_HANDLERS["UpdateUser"] = update_user


def update_user(params: dict[str, Any]) -> Answer:
    """UpdateUser."""
    name = iam._p(params, "UserName")
    user = iam._users.get(name)
    if user is None:
        return _error(404, "NoSuchEntity", f"The user with name {name} cannot be found.")
    new_name = iam._p(params, "NewUserName") or name
    if new_name != name and iam._users.get(new_name) is not None:
        return _error(409, "EntityAlreadyExists", f"User with name {new_name} already exists.")
    path = iam._p(params, "NewPath") or user["Path"]
    arn = user["Arn"].split(":user")[0]
    renamed = {**user, "UserName": new_name, "Path": path, "Arn": f"{arn}:user{path}{new_name}"}
    iam._users.pop(name)
    iam._users[new_name] = renamed
    for key in iam._access_keys.values():
        if key["UserName"] == name:
            key["UserName"] = new_name
    for kept in (iam._user_inline_policies, iam._login_profiles):
        if name != new_name and kept.get(name) is not None:
            kept[new_name] = kept.pop(name)
    answer: Answer = iam._xml(200, "UpdateUserResponse", "", ns="iam")
    return answer


def _error(status: int, code: str, message: str) -> Answer:
    answer: Answer = iam._error(status, code, message, ns="iam")
    return answer
