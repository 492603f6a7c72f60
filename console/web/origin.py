"""Evidence of a mail's origin as the clerk's page shows it: labels and lines."""

from __future__ import annotations

from intake.authenticity import ALIGNMENT, REASONS
from intake.contents import RECORD, decode_record
from intake.workplace import Workplace
from model.authenticity import Authenticity, DkimOutcome, DkimSignature
from model.errors import ArchiveError

OUTCOMES = {
    DkimOutcome.PASS: "验证通过",
    DkimOutcome.FAIL: "验证未通过",
    DkimOutcome.NO_KEY: "无可用公钥",
    DkimOutcome.NOT_CHECKED: "未验证",
    DkimOutcome.BROKEN: "不合规范",
}
Lines = list[tuple[str, str]]


def origins(place: Workplace, programme: str, object_id: str) -> dict[int, Lines]:
    """What is shown for each version of an application, by its number; versions that were filed
    before there was such evidence are left out."""
    if programme not in place.archived_programmes():
        return {}
    try:
        held = place.archive(programme).versions(object_id)
    except ArchiveError:  # told by `intake verify`; the page shows what the ledger knows
        return {}
    found = {}
    for version in held:
        if RECORD in version.state:
            authenticity = decode_record(version.path(RECORD).read_bytes()).authenticity
            if authenticity is not None:
                found[version.number] = lines_of(authenticity)
    return found


def lines_of(found: Authenticity) -> Lines:
    """(label, text), in the order in which a clerk would ask."""
    lines: Lines = [("DKIM签名", _signature(one)) for one in found.signatures]
    if found.further_signatures:
        lines.append(("DKIM签名", f"另有{found.further_signatures}个未查看"))
    if found.unread:
        lines.append(("来源证据", f"未能读取：{REASONS[found.unread]}"))
    elif not found.signatures:
        lines.append(("DKIM签名", "无"))
    if found.hop is not None:
        hop = found.hop
        names = "，".join(one for one in (hop.host or hop.helo, hop.ip) if one)
        lines.append(("来自", f"{names or '未写明'}（由{hop.by or '—'}接收）"))
    if found.spf:
        lines.append(("SPF", found.spf))
    for one in found.results:
        said = "；".join(f"{result.method}={result.result}" for result in one.results)
        trust = "可信" if one.trusted else "非本单位服务器所写，仅供参考"
        lines.append(("验证结果", f"{one.server or '未写明服务器'}：{said or '无'}（{trust}）"))
    lines.extend(("ARC", seal) for seal in found.seals)
    if found.reply_to_domain:
        lines.append(("回复地址域名", found.reply_to_domain))
    lines.extend(found.provider_headers)
    return lines


def _signature(one: DkimSignature) -> str:
    parts = [OUTCOMES[one.outcome]]
    if one.reason:
        parts.append(REASONS.get(one.reason, one.reason))
    if one.outcome is DkimOutcome.PASS:
        parts.append(ALIGNMENT[one.aligned])
    if one.unsigned_bytes:
        parts.append(f"正文末尾{one.unsigned_bytes}字节未签名")
    algorithm = f"（{one.algorithm}，{one.key_bits}位）" if one.key_bits else ""
    return f"{one.domain or '未写明域名'}{algorithm}：{'，'.join(parts)}"
