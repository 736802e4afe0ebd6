"""What a document says of its own rights, and what only sounds like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightschool.corpus.licences import KINDS, duties, expression, is_identifier, kind_of, name_in
from nightschool.corpus.notices import decisive, find_notices, read_metadata

NOTICES = [
    ("SPDX-License-Identifier: Apache-2.0", "Apache-2.0"),
    ("SPDX-License-Identifier: mit OR apache-2.0", "MIT OR Apache-2.0"),
    ("SPDX-License-Identifier: LicenseRef-Acme", "LicenseRef-Acme"),
    ("This work is licensed under a Creative Commons Attribution-ShareAlike 4.0 License.", "CC-BY-SA-4.0"),
    ("This document is licensed under CC BY-NC-ND 3.0.", "CC-BY-NC-ND-3.0"),
    ("Licensed under CC BY-ND 4.0", "CC-BY-ND-4.0"),
    ("Text is available under the Creative Commons Attribution-ShareAlike License 3.0.", "CC-BY-SA-3.0"),
    ("Except where otherwise noted, content here is licensed under the Apache License, Version 2.0.", "Apache-2.0"),
    ("This repository is available under https://creativecommons.org/licenses/by-nc/4.0/", "CC-BY-NC-4.0"),
    ("© 2024 Halden. This handbook is released under the MIT License.", "MIT"),
    ("Copyright (c) Halden. All rights reserved.\nLicensed under the MIT License.", "MIT"),
    ("License: BSD-3-Clause", "BSD-3-Clause"),
    ("This manual is distributed under the terms of the GNU General Public License version 3.", "GPL-3.0"),
    ("This manual is free software under the terms of the GNU General Public License; either version 2", "GPL-2.0"),
    ("This document may be changed under the terms of version 2 of the GNU General Public License.", "GPL-2.0"),
    ("This guide may be changed under the terms of the GNU Free Documentation License, Version 1.2.", "GFDL-1.2"),
    ("This documentation is available under the GNU Affero General Public License v3.0.", "AGPL-3.0"),
    ("This guide is published under the Open Government Licence v3.0.", "OGL-UK-3.0"),
    ("Dieses Werk ist lizenziert unter einer Creative Commons Namensnennung 4.0 International Lizenz.", "CC-BY-4.0"),
    ("Esta obra está bajo una licencia Creative Commons Reconocimiento-NoComercial 4.0.", "CC-BY-NC-4.0"),
    ("본 저작물은 '공공누리' 제1유형에 따라 이용할 수 있습니다.", "KOGL-Type-1"),
    ("이 자료는 공공누리 제4유형(출처표시, 상업적 이용금지, 변경금지)으로 개방되었습니다.", "KOGL-Type-4"),
    ("이 저작물은 크리에이티브 커먼즈 저작자표시-비영리 4.0 라이선스에 따라 이용할 수 있습니다.", "CC-BY-NC-4.0"),
    ("This page is a work of the United States Government.", "public-domain"),
    ("This report is in the public domain.", "public-domain"),
    ("This project is dedicated to the public domain through the CC0 1.0 dedication.", "CC0-1.0"),
    ("© 2025 Nordholm Research. All rights reserved.", "all-rights-reserved"),
    ("Copyright 2025 Nordholm Research Inc. All rights reserved.", "all-rights-reserved"),
    ("All Rights Reserved", "all-rights-reserved"),
    ("Halden Handbook, second edition (c) 2025 Halden Ltd, all rights reserved.", "all-rights-reserved"),
    ("Nordholm Research Ltd. All rights reserved.", "all-rights-reserved"),
    ("Alle Rechte vorbehalten.", "all-rights-reserved"),
    ("© Dupont 2024. Tous droits réservés.", "all-rights-reserved"),
    ("© 2024 García. Todos los derechos reservados.", "all-rights-reserved"),
    ("무단 전재 및 재배포 금지", "all-rights-reserved"),
    ("Copyright ⓒ 할덴. 무단전재-재배포 금지.", "all-rights-reserved"),
    ("ⓒ 2024 할덴. 모든 권리 보유.", "all-rights-reserved"),
    ("본 문서의 무단 복제 및 배포를 금지합니다.", "all-rights-reserved"),
    ("No part of this publication may be reproduced without permission.", "all-rights-reserved"),
    ("This report may not be copied.", "all-rights-reserved"),
    ("Nachdruck, auch auszugsweise, nur mit Genehmigung; Vervielfältigung verboten.", "all-rights-reserved"),
    ("No part of this publication may be\nreproduced, stored or\ntransmitted.", "all-rights-reserved"),
    ("Copyright 2025 Nordholm\nResearch. All rights\nreserved.", "all-rights-reserved"),
    ("This report may not be used to\ntrain machine\nlearning models.", "no-machine-learning"),
    ("Proprietary and confidential", "proprietary"),
    ("Acme Ltd. – Confidential and proprietary", "proprietary"),
    ("This report may not be used to train machine learning models without written consent.", "no-machine-learning"),
    ("The content of this site may not be used to train AI systems such as language models.", "no-machine-learning"),
    ("No AI training.", "no-machine-learning"),
    ("Not for machine learning", "no-machine-learning"),
    ("이 문서를 인공지능 학습에 이용하는 것을 금지합니다.", "no-machine-learning"),
    ("Dieser Text darf nicht zum Training von KI verwendet werden.", "no-machine-learning"),
    ("No text and data mining.", "tdm-reservation"),
    ("All rights, including text and data mining of this work, are reserved.", "tdm-reservation"),
    ("Die Nutzung dieses Werkes für Text und Data Mining (§ 44b UrhG) bleibt vorbehalten.", "tdm-reservation"),
]  # fmt: skip

PROSE = [
    "Employees' rights are reserved for review by the works council.",
    "Dinner is at eight. All rooms reserved by Friday are confirmed.",
    "All rights reserved seats must be claimed by noon.",
    "The phrase “All rights reserved” has had no legal effect since 2000.",
    'The words "All rights reserved." may be left out of the footer.',
    "A notice that says all rights reserved.",
    "A driving licence is needed for the van.",
    "The GPL course takes two days and costs 300 euros.",
    "The MIT License and the Apache License 2.0 are popular open source licences.",
    "If this project is licensed under the GPL, ask the legal team first.",
    "Is this document licensed under CC BY 4.0?",
    "This document is not licensed under Creative Commons Attribution 4.0.",
    "Image © Proyecto Hunab Ku. Shared under Creative Commons Attribution-ShareAlike 4.0.",
    "The licence on every repository must be Creative Commons 0, or CC0.",
    "Our dependencies are available under the MIT License.",
    "The icons on this page are licensed under CC BY 4.0, see the icon list.",
    "Patents in the public domain can be used by anybody.",
    "Employees must not use customer data to train machine learning models.",
    "The model may not be used to train staff.",
    "We train machine learning models every night, and not by day.",
    "Text and data mining is a course of the faculty.",
    "Visitors may not be copied in on internal mail.",
    "Goods must not be stored in the aisle. Keys may not be copied.",
    "You may not duplicate, copy, or reuse any portion of the HTML without permission.",
    "Reservations: all tables reserved online are held for 15 minutes.",
    "Passwords must not be distributed by mail.",
    "The company has proprietary and confidential data, which staff keep safe.",
    "회의실 무단 사용은 금지됩니다.",
    "저작권 교육은 매년 열립니다. 라이선스 담당자는 김 대리입니다.",
    "직원은 고객 자료를 인공지능 학습에 이용할 수 없습니다.",
    "KI hilft beim Schreiben; kein Mitarbeiter muss trainiert werden.",
    "Alle Rechte der Mitarbeiter bleiben gewahrt.",
    "Todos los derechos de los empleados se respetan.",
    "무단 주차 금지",
    "Reproduction of plants by cuttings is not difficult.",
    "The names, look, and feel of the Services are copyright© to the Company. All rights reserved.",
]  # fmt: skip
AROUND = ("# Depot\n\nThe depot opens at seven.\n\n", "\n\nThe depot closes at four.\n")


@pytest.mark.parametrize(("words", "licence"), NOTICES, ids=[words[:40] for words, _ in NOTICES])
def test_a_notice_is_found_where_it_stands(words: str, licence: str) -> None:
    for text in (words, AROUND[0] + words + AROUND[1], AROUND[0] + words):
        notice = decisive(find_notices(text))
        assert notice is not None
        assert notice.licence == licence
        assert notice.start is not None
        assert " ".join(text[notice.start : notice.end].split()) == notice.evidence


@pytest.mark.parametrize("words", PROSE, ids=[words[:40] for words in PROSE])
def test_prose_about_rights_is_no_notice(words: str) -> None:
    for text in (
        words,
        AROUND[0] + words + AROUND[1],
        f"- {words}\n- Shoes are worn.",
        f"It is so. {words} It stays so.",
    ):
        assert find_notices(text) == []


@pytest.mark.parametrize(
    ("raw", "licence"),
    [
        ("meta robots: noai, noimageai", "no-machine-learning"),
        ("meta robots: index, noindex", None),
        ("meta tdm-reservation: 1", "tdm-reservation"),
        ("meta tdm-reservation: 0", None),
        ("meta tdm-policy: https://firm.example/tdm.json", "tdm-reservation"),
        ("link license: https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("link license: https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("meta dc.rights: © 2024 Halden, all rights reserved", "all-rights-reserved"),
        ("license: cc-by-4.0", "CC-BY-4.0"),
        ("license: MIT", "MIT"),
        ("licence: proprietary", "proprietary"),
        ("copyright: 2024 Halden", None),
        ("rights: No AI training", "no-machine-learning"),
        ("SPDX-License-Identifier: CC-BY-4.0", "CC-BY-4.0"),
    ],
)
def test_machine_readable_statements(raw: str, licence: str | None) -> None:
    notice = read_metadata(raw)
    assert (notice.licence if notice else None) == licence


def test_the_strictest_notice_decides() -> None:
    text = "This report is licensed under CC BY 4.0.\n\nThis report may not be used to train AI models."
    notice = decisive(find_notices(text))
    assert notice is not None
    assert (notice.kind, notice.licence) == ("no-training", "no-machine-learning")


def test_an_open_licence_far_away_does_not_lift_a_reservation() -> None:
    text = "© 2024 Halden. All rights reserved.\n\n" + "The depot opens at seven. " * 60 + "\n\nLicense: MIT"
    notice = decisive(find_notices(text))
    assert notice is not None
    assert notice.licence == "all-rights-reserved"


def test_an_spdx_line_in_the_middle_of_a_long_text_is_an_example() -> None:
    filler = "The depot opens at seven. " * 200
    assert find_notices(f"{filler}\n\nSPDX-License-Identifier: MIT\n\n{filler}") == []


@pytest.mark.parametrize(
    ("licence", "kind", "asks"),
    [
        ("CC-BY-SA-4.0", "open", ("attribution", "share-alike")),
        ("CC-BY-NC-SA-4.0", "non-commercial", ("attribution", "share-alike")),
        ("CC-BY-ND-4.0", "no-derivatives", ("attribution",)),
        ("GPL-3.0-or-later", "open", ("attribution", "share-alike")),
        ("CC0-1.0", "open", ()),
        ("public-domain", "open", ()),
        ("KOGL-Type-3", "no-derivatives", ("attribution",)),
        ("LicenseRef-Acme", "reserved", ()),
        ("MIT OR LicenseRef-Acme", "open", ("attribution",)),
        ("MIT AND CC-BY-NC-4.0", "non-commercial", ("attribution",)),
        ("", "reserved", ()),
    ],
)
def test_what_a_licence_allows_and_asks(licence: str, kind: str, asks: tuple[str, ...]) -> None:
    assert (kind_of(licence), duties(licence)) == (kind, asks)


@given(
    st.lists(
        st.sampled_from([words for words, _ in NOTICES] + PROSE + ["", "\n", "©", "무단", "All rights"]),
        max_size=6,
    )
)
def test_spans_are_exact_and_in_order(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    found = find_notices(text)
    for one in found:
        assert one.start is not None
        assert one.kind in KINDS
        assert " ".join(text[one.start : one.end].split()).startswith(one.evidence.rstrip("…"))
    assert [one.start for one in found] == sorted({one.start for one in found if one.start is not None})


@given(st.text(max_size=400))
def test_any_text_is_taken(text: str) -> None:
    find_notices(text, [text])
    assert kind_of(expression(text)) in KINDS
    assert name_in(text) == "" or kind_of(name_in(text)) != "reserved"
    if is_identifier(text):
        assert kind_of(expression(text)) != "reserved"
