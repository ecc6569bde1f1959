"""The language of a document, on real text in twelve languages, on what is no language, and against plain Python."""

from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slow
from curate.kernels.buffers import text_buffers
from curate.kernels.characters import SCRIPTS
from curate.kernels.counting import count_tokens
from curate.kernels.tokens import tokenize
from curate.measuring.batch import Batch
from curate.measuring.counts import Language
from curate.measuring.language import BOUNDS, LANGUAGES, language_codes, language_table

SENTENCES = {
    "en": "The children were playing in the garden when their mother called them for dinner.",
    "de": "Die Kinder spielten im Garten, als ihre Mutter sie zum Essen rief, und es war schon spät.",
    "fr": "Les enfants jouaient dans le jardin quand leur mère les a appelés pour le dîner.",
    "es": "Los niños estaban jugando en el jardín cuando su madre los llamó para la cena.",
    "pt": "As crianças estavam brincando no jardim quando a mãe chamou para o jantar, mas não foram.",
    "it": "I bambini stavano giocando nel giardino quando la madre li ha chiamati per la cena.",
    "nl": "De kinderen waren in de tuin aan het spelen toen hun moeder hen riep voor het eten.",
    "sv": "Barnen lekte i trädgården när deras mamma ropade att det var dags att äta.",
    "ru": "Дети играли в саду, когда мать позвала их ужинать, но они не хотели идти домой.",
    "uk": "Діти гралися в саду, коли мати покликала їх вечеряти, але вони не хотіли йти додому.",
    "sr": "Деца су се играла у врту када их је мајка позвала на вечеру, али нису хтела да иду кући.",
    "fa": "بچه ها در باغ بازی می کردند که مادرشان آنها را برای شام صدا زد و آنها نمی خواستند بروند",
    "ar": "كان الأطفال يلعبون في الحديقة عندما نادتهم أمهم إلى العشاء ولكنهم لم يريدوا العودة إلى البيت",
    "hi": "बच्चे बगीचे में खेल रहे थे जब उनकी माँ ने उन्हें खाने के लिए बुलाया लेकिन वे नहीं आए",
    "el": "Τα παιδιά έπαιζαν στον κήπο όταν η μητέρα τους τα φώναξε για φαγητό.",
    "zh": "孩子们正在花园里玩耍，这时妈妈叫他们吃晚饭。",
    "ja": "子供たちが庭で遊んでいると、母親が夕食に呼んだ。",
    "ko": "아이들이 마당에서 놀고 있을 때 어머니가 저녁을 먹으라고 불렀다.",
    "th": "เด็กๆ กำลังเล่นอยู่ในสวน",
}


NEIGHBOURS = {
    "af": (
        "Die kinders het in die tuin gespeel toe hulle ma hulle vir aandete geroep het, maar hulle wou "
        "nie huis toe gaan nie."
    ),
    "gl": (
        "Os nenos estaban a xogar no xardín cando a súa nai os chamou para a cea, pero eles non querían ir para a casa."
    ),
    "ast": (
        "Los neños taben xugando nel xardín cuando la so madre los llamó pa la cena, pero ellos nun "
        "queríen dir pa casa."
    ),
    "oc": ("Los dròlles jogavan dins lo jardin quand lor maire los sonèt per sopar, mas volián pas tornar a l'ostal."),
    "et": (
        "Lapsed mängisid aias, kui ema nad õhtusöögile kutsus, aga nad ei tahtnud veel koju minna, sest "
        "ilm oli väga ilus."
    ),
    "nn": (
        "Borna leika i hagen då mor deira ropa dei inn til middag, men dei ville ikkje gå heim enno, "
        "for det var så fint vêr."
    ),
    "az": (
        "Uşaqlar bağda oynayırdılar, amma anaları onları çağıranda evə getmək istəmədilər, çünki hava "
        "çox gözəl idi və hər şey yaxşı idi."
    ),
    "tk": (
        "Çagalar bagda oýnaýardylar we ejesi olary agşamlyk naharyna çagyranda, olar öýe gitmek "
        "islemediler, sebäbi howa örän gowy boldy."
    ),
    "fy": (
        "De bern wiene yn 'e tún oan it boartsjen doe't harren mem harren rôp foar it iten, mar se "
        "woene noch net nei hûs ta."
    ),
    "nds": (
        "De Kinner hebbt in'n Goorn speelt, as ehr Moder se to'n Avendbroot ropen hett, man se wullen "
        "noch nich na Huus gahn."
    ),
    "lb": (
        "D'Kanner hunn am Gaart gespillt, wéi hir Mamm se fir d'Iessen geruff huet, mee si wollten nach net heem goen."
    ),
    "fo": (
        "Børnini spældu í garðinum, tá mamma teirra rópti tey inn til døgurða, men tey vildu ikki fara til hús enn."
    ),
    "co": (
        "I zitelli ghjucavanu in u giardinu quandu a so mamma l'hà chjamati per a cena, ma ùn vulianu "
        "micca vultà in casa."
    ),
    "fur": ("I fruts a zuiavin tal zardin cuant che lôr mari ju à clamâts pe cene, ma lôr no volevin lâ a cjase."),
    "rm": (
        "Ils uffants giugavan en il iert cur che lur mamma als ha clamà per la tschaina, ma els na "
        "vulevan betg ir a chasa."
    ),
    "ceb": (
        "Nagdula ang mga bata sa tanaman sa dihang gitawag sila sa ilang inahan, apan dili pa sila "
        "gustong mopauli kay buntag pa ug adunay daghang tawo."
    ),
    "eu": (
        "Haurrak lorategian jolasten ari ziren amak afaltzera deitu zituenean, baina haiek ez zuten "
        "etxera joan nahi oraindik."
    ),
    "eo": (
        "La infanoj ludis en la ĝardeno kiam ilia patrino vokis ilin por la vespermanĝo, sed ili "
        "ankoraŭ ne volis iri hejmen."
    ),
    "cy": (
        "Roedd y plant yn chwarae yn yr ardd pan alwodd eu mam arnynt i gael swper, ond nid oedden nhw "
        "eisiau mynd adref eto."
    ),
    "ga": (
        "Bhí na páistí ag súgradh sa ghairdín nuair a ghlaoigh a máthair orthu chun an dinnéir, ach ní "
        "raibh siad ag iarraidh dul abhaile."
    ),
    "sw": (
        "Watoto walikuwa wakicheza bustanini wakati mama yao alipowaita kwa chakula cha jioni, lakini "
        "hawakutaka kurudi nyumbani bado."
    ),
    "be": (
        "Дзеці гулялі ў садзе, калі маці паклікала іх вячэраць, але яны яшчэ не хацелі ісці дадому, бо "
        "надвор'е было вельмі добрае."
    ),
    "yi": (
        "די קינדער האָבן געשפּילט אין גאָרטן ווען זייער מאַמע האָט זיי גערופֿן צו וועטשערע, אָבער זיי "
        "האָבן נישט געוואָלט גיין אַהיים."
    ),
}  # languages that are near one of the above, which they are not to be given to


def languages(texts: list[str]) -> list[str]:
    documents = pa.RecordBatch.from_arrays([pa.array(texts, pa.large_string())], ["text"])
    return Language().measure(Batch(documents))[0].to_pylist()


def test_a_sentence_is_enough() -> None:
    assert dict(zip(SENTENCES, languages(list(SENTENCES.values())), strict=True)) == {k: k for k in SENTENCES}


def test_a_sentence_is_not_given_to_the_neighbour_of_its_language() -> None:
    assert dict(zip(NEIGHBOURS, languages(list(NEIGHBOURS.values())), strict=True)) == {k: k for k in NEIGHBOURS}


@pytest.mark.parametrize(
    "text",
    ["", " \n", "42 17", "?!...", "xq zvw kjh ploi qwe mnb zxcv", "a1b2c3 ff00 9e 7d1a deadbeef", "😀😀", "\x00\x01"],
)
def test_what_is_no_language_is_und(text: str) -> None:
    assert languages([text]) == ["und"]


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="16px" viewBox="0 0 16 16"><path d="{}"/></svg>'
PATH = (
    "m 4 0 c -2 0 -2 2 -2 2 v 12 c 0 2 2 2 2 2 h 8 s 2 0 2 -2 v -11 l -3 -3 z m 3.7 3 c 0.1 0 0.3 0.1 0.5 0.1 l 2 d 1 "
)
NO_PROSE = {
    "drawing": DRAWING.format(PATH),
    "long drawing": DRAWING.format(50 * PATH),
    "table": "id,A,B,D,V\n" + "".join(f"{k},{k % 8},a,{'abc'[k % 3]},a,{k * 7 % 11}\n" for k in range(60)),
    "data table": "dtype,input,output,err\n" + "".join(f"np.float32,0x{k * 7919:08x},0x{k:08x},3\n" for k in range(60)),
    "page": "<ul>" + "".join(f'<li><a href="{k}.html" class="el">x{k}</a></li>\n' for k in range(60)) + "</ul>",
    "Python": 4
    * "def area(w, h):\n    k = w * h\n    if k > 9:\n        return [k for k in range(h) if k not in (w, 1)]\n",
    "C": "int f(int a, char *b) { for (int i = 0; i < a; i++) { if (b[i] == 0) return i; } return -1; }\n" * 4,
    "JSON": '{"id": 7, "de": [1, 2, 3], "la": {"en": true, "el": null, "un": "x_1"}, "le": [], "es": {}}\n' * 5,
    "SQL": "SELECT o.id, c.name, SUM(o.price) AS total FROM orders o JOIN customers c ON o.customer_id = c.id "
    "WHERE o.created_at BETWEEN '2020-01-01' AND '2020-12-31' GROUP BY o.id, c.name HAVING SUM(o.price) > 100 "
    "ORDER BY total DESC LIMIT 10;",
    "SQL in lower case": "select name, count(*) from users where age > 18 and city = 'Rome' and not deleted "
    "group by name order by name;\nupdate users set city = 'Paris' where id in (select id from moved);",
    "SQL that makes tables": "CREATE TABLE customers (\n id integer PRIMARY KEY,\n name varchar(40) NOT NULL,\n"
    " since date DEFAULT now()\n);\nCREATE INDEX customers_by_name ON customers (name);\n",
    "Python of English names": "class Reader:\n    def read_all(self, for_each=None, in_order=True):\n"
    "        if not self.is_open and not self.can_open(again=True):\n            raise ValueError('this is not open')\n"
    "        for line in self.lines_of_file():\n            yield line if for_each is None else for_each(line)\n"
    "        with self.lock as one:\n            self.has_been_read = one or self.was_read\n",
    "C header": "#ifndef READER_H\n#define READER_H\n#include <stdio.h>\ntypedef struct reader reader_t;\n"
    "extern int reader_open(reader_t *self, const char *name);\nextern void reader_close(reader_t *self);\n#endif\n",
    "Java": "public final class Reader implements Closeable {\n  private final InputStream in;\n  public Reader("
    "InputStream in) { this.in = in; }\n  @Override public void close() throws IOException { in.close(); }\n}\n",
    "shell": 'set -e\nfor file in "$@"; do\n  if [ -f "$file" ]; then\n    cp "$file" "$file.bak"\n  else\n'
    '    echo "no $file" >&2; exit 1\n  fi\ndone\n',
    "JavaScript": "const read = async (file) => { const found = await fetch(file); if (!found.ok) { throw new Error("
    "`not read: ${file}`); } return found.json(); };\nexport default read;\n",
    "log": "".join(f"[{k:03}] pid={k * 31} cpu={k % 7} mem={k * 3} io={k % 5} rc=0\n" for k in range(40)),
}


@pytest.mark.parametrize("kind", NO_PROSE)
def test_program_text_drawings_and_tables_are_in_no_language(kind: str) -> None:
    assert languages([NO_PROSE[kind]]) == ["und"]


def test_prose_with_some_program_text_in_it_keeps_its_language() -> None:
    prose = "To see how it works, we can look at what the function does with each of the numbers that it was given."
    code = "```python\nfrom area import area\nprint(area(2, 3))\n```"
    readme = f"# Area\n\n{prose}\n\n{code}\n\nIt is not for very large ones."
    documented = f'def area(w, h):\n    """Return the area of a field.\n\n    {prose}\n    """\n    return w * h\n'
    mail = f"Hi,\n\n{prose}\n\n> for (i = 0; i < n; i++)\n>     sum += a[i];\n\nDoes that help? Let me know.\n"
    about = "SQL has a keyword for that: with GROUP BY the rows of a table that have the same name are put together."
    told = languages([readme, documented, 300 * (prose + "\n"), mail, about])
    assert told == ["en", "en", "en", "en", "en"]


def test_the_weights_of_program_text_are_those_of_the_trained_file() -> None:
    lines = (Path(__file__).parents[2] / "scripts" / "train" / "code-words.txt").read_text().splitlines()
    marks, bias = (int(entry.rpartition(":")[2]) for entry in next(x for x in lines if x[0] != "#").split())
    weights, other = program_weights()
    assert (BOUNDS.program_marks, LANGUAGES[BOUNDS.english], other) == (marks, "en", bias)
    said = dict(entry.rsplit(":", 1) for line in lines[3:] for entry in line.split())
    hashes = {word: slow.token_hash(word) for word in ("select", "the", "return")}
    assert {word: weights[key] - bias for word, key in hashes.items()} == {word: int(said[word]) for word in hashes}


def test_a_mixed_document_is_in_the_language_of_its_greater_part() -> None:
    german, english = SENTENCES["de"], SENTENCES["en"]
    assert languages([german + " " + 3 * (english + " "), english + " " + 3 * (german + " ")]) == ["en", "de"]
    half = 500 * (german + " ")
    assert languages([half + 900 * (english + " "), 900 * (english + " ") + half]) == ["en", "en"]


def test_han_with_some_kana_is_japanese_and_a_quoted_word_is_not() -> None:
    chinese = SENTENCES["zh"] * 10
    assert languages([chinese + "の", "新幹線の東京駅"]) == ["zh", "ja"]


@cache
def shipped_weights() -> dict[int, list[tuple[str, int]]]:
    """Of each word by its hash: languages and what it weighs in them."""
    data = np.load(files("curate.measuring") / "languages.npz")  # type: ignore[call-overload]
    keys, first, languages, weights = (data[name].tolist() for name in ("keys", "first", "languages", "weights"))
    spans = [range(*span) for span in pairwise(first)]
    return {key: [(LANGUAGES[languages[k]], weights[k]) for k in span] for key, span in zip(keys, spans, strict=True)}


def slow_language(text: str) -> str:
    """The definition: of a longer document it reads 16 tokens in a row, as many times as make 256 at most."""
    table = language_table()
    weights = shipped_weights()
    seen, scores = dict.fromkeys(SCRIPTS, 0), dict.fromkeys(LANGUAGES, 0)
    found, looked_at = slow.tokens(text), set()
    read: list[tuple[str, int]] = []
    for k, (word, kind, script) in enumerate(found):
        if kind > slow.CHARACTER or k % (16 * (1 + len(found) // 256)) >= 16:
            continue
        seen[SCRIPTS[script]] += 1
        read.append((word, kind))
        if kind == slow.WORD:
            looked_at.add(word)
            for language, weight in weights.get(slow.token_hash(word), []):
                scores[language] += weight
    kana = seen.pop("HIRAGANA") + seen.pop("KATAKANA")
    seen["CJK"] += kana
    del seen["OTHER"]
    script = max(seen, key=lambda s: seen[s])
    at = SCRIPTS.index(script)
    if seen[script] == 0:
        return "und"
    if script == "CJK":
        return "ja" if kana * 100 >= 5 * seen["CJK"] else "zh"
    ranked = sorted(LANGUAGES[table.script_first[at] : table.script_last[at]], key=lambda s: -scores[s])
    best, second = (*(scores[language] for language in ranked[:2]), 0, 0)[:2]
    typical = int(table.typical[LANGUAGES.index(ranked[0])]) * seen[script] if ranked else 0
    if best == 0 or best - second < 300 or 100 * best < 30 * typical:
        return LANGUAGES[table.script_language[at]]
    supporting = {w for w in looked_at if any(name == ranked[0] for name, _ in weights.get(slow.token_hash(w), []))}
    supporting -= set(ascii_lowercase)
    least = max(-(-seen[script] // 16), min(2, 1 + seen[script] // 10))
    if len(supporting) < least and (len(supporting) < 6 or 3 * len(supporting) < len(looked_at)):
        return "und"
    if ranked[0] != "en" and 100 * best >= 45 * typical:
        return ranked[0]
    return "und" if is_program(found, [word for word, kind in read if kind == slow.WORD]) else ranked[0]


def is_program(found: list[tuple[str, int, int]], words: list[str]) -> bool:
    """The words as scripts/train/code-words weighs them, and structural marks, half as many as words at most."""
    weights, other = program_weights()
    countable = sum(kind <= slow.NUMBER for _, kind, _ in found)
    marks = sum(word in "<>{}[]()=+_;&|" for word, kind, _ in found if kind in (slow.PUNCTUATION, slow.MARKUP))
    said = Fraction(sum(weights.get(slow.token_hash(word), other) for word in words), len(words))
    return said + BOUNDS.program_marks * min(Fraction(1, 2), Fraction(marks, countable)) > 0


@cache
def program_weights() -> tuple[dict[int, int], int]:
    data = np.load(files("curate.measuring") / "languages.npz")  # type: ignore[call-overload]
    *weights, other = data["program"].tolist()
    return dict(zip(data["keys"].tolist(), weights, strict=True)), other


words = st.sampled_from(
    [w for s in (*SENTENCES.values(), *NEIGHBOURS.values()) for w in s.split()]
    + ["の", "中", "xkcd", "7", "\n", "foo(bar)", "c", "m", "x = y;", "(l, d)"]
)


@given(st.lists(words, max_size=25).map(" ".join), st.sampled_from([1, 1, 1, 30]))
def test_the_kernel_is_its_definition(text: str, times: int) -> None:
    long = times * (text + "\n")
    assert languages([long, text]) == [slow_language(long), slow_language(text)]


@pytest.mark.parametrize("language", ["en", "zh", "de", "fr", "es", "ru", "ja", "ko", "pt", "it", "pl", "uk"])
def test_package_descriptions_are_told_apart(data: Path, language: str) -> None:
    path = data / "human" / "debian_descriptions_multi.parquet"
    table = pq.read_table(path, columns=["text"], filters=[("lang", "==", language)]).slice(0, 3000)
    text = table["text"].cast(pa.large_string()).combine_chunks()
    tokens = tokenize(*text_buffers(text))
    counts = np.empty(len(text), np.int64)
    count_tokens(tokens.kind, tokens.document_start, counts)
    right = language_codes(tokens)[counts >= 20] == LANGUAGES.index(language)
    assert right.mean() > 0.97
