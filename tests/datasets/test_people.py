"""Columns that look as if they were about people: headers as offices write them, and cells without a telling header."""

import functools

import pytest

from toolkit.datasets.declaration import DatasetColumn
from toolkit.datasets.names import identifier_of
from toolkit.datasets.people import columns_of_people
from toolkit.engine.connect import in_memory

TEXTS = {
    "names of people": "Name|Full Name|FirstName|LAST_NAME|Customer|Owner|Patient name|Surname|Contact person|Author|"
    "Vorname|Nachname|Kundenname|Ansprechpartner|Name des Inhabers|Prénom|Nom|Nom de famille|Nombre completo|Apellidos|"
    "Propietario|Cognome|Nome|Achternaam|Voornaam|Fornavn|Efternamn|Imię|Nazwisko|Příjmení|Soyadı|ФИО|"
    "Фамилия|姓名|氏名|성명|Όνομα|الاسم",
    "e-mail addresses": "E-mail|Email Address|Courriel|Correo electrónico|E-Mail-Adresse|Adres e-mail|メールアドレス",
    "phone numbers": "Phone|Phone number|Tel.|Tel. No|Mobile no|Telefonnummer|Téléphone|Teléfono|Cellulare telefono|"
    "Telefoon|Номер телефона|电话号码|Customer phone",
    "addresses": "Address|Home address|Street|Straße|Anschrift|Adresse|Dirección|Domicilio|Indirizzo|Endereço|住所|"
    "Адрес|PLZ|Zip code",
    "birth dates": "DOB|Date of birth|Geburtsdatum|Date de naissance|Fecha de nacimiento|Data di nascita|"
    "Geboortedatum|Data urodzenia|Дата рождения|生年月日|출생일",
    "accounts": "IBAN|Account number|Kontonummer|Kto.-Nr. Konto|Passport no.|SSN|Social security number|DNI|"
    "NIF|Codice fiscale|License plate|Kfz-Kennzeichen|Matrícula|Kenteken|Steuer-ID steuerid|СНИЛС|身份证号|username",
    "codes of people": "Patient ID|employee_no|Customer code|user_id|Patienten-Nr Patient",
    "free text": "Comments|Bemerkungen|Commentaire|Observaciones|Opmerkingen|备注",
}
OF_OTHERS = (
    "Kitchen|Borough|Number of patients|Patients total|Customer count|Customer type|Score|School name|Company|Product|"
    "Status|Inspected on|Fee|Umsatz|Anzahl Kunden|Brand name|City|Region|Grade|Code|Product id|Type|Employee share"
)


@functools.cache
def database():
    return in_memory()


def kind_of(header, type_="text", cells=("x",)):
    """What a column of this header and type is taken for, None for nothing of people."""
    connection, name = database(), identifier_of(header) or "c"
    connection.execute(f'CREATE OR REPLACE TABLE t AS SELECT unnest($1::VARCHAR[]) AS "{name}"', [list(cells)])
    return columns_of_people(connection, "t", [DatasetColumn(name, type_, None, "", header, 1)]).get(name)


@pytest.mark.parametrize("kind", TEXTS)
def test_headers_about_people_are_known_in_several_languages(kind):
    assert {header: kind_of(header) for header in TEXTS[kind].split("|")} == dict.fromkeys(TEXTS[kind].split("|"), kind)


def test_headers_of_other_things_are_left_alone():
    assert [header for header in OF_OTHERS.split("|") if kind_of(header)] == []
    assert kind_of("Patients", "integer") is None
    assert kind_of("Telephone", "integer") == "phone numbers" and kind_of("Patient id", "integer") == "codes of people"


CELLS = {
    "names of people": (
        "Maria Gonzalez|Chen Wei|John Smith|Anna Kowalska|Peter O'Neil|Lucas Martin|X Æ|unknown",
        "Smith, John|Miller, Anna|Kowalski, Piotr|Rossi, Giulia|Dupont, Claire",
        "A. Smith|B. Okafor|C. D. Lund|Ito, K.|van Dyk, P.",
        "Dr. Okafor|Mr Tan Boon|Frau Yilmaz|Mme Diop|Prof. Ito",
        "Иванова Анна Петровна|Смирнов Олег Игоревич|Кузнецова Вера Львовна",
    ),
    "e-mail addresses": ("ada@example.org|Bo <bo@example.com>|c.d@example.co.uk",),
    "phone numbers": (
        "+49 30 1234567|+33 1 23 45 67 89|0049 711 55 66 77",
        "(212) 555-0142|212-555-0143|212.555.0144 ext. 3",
        "01 23 45 67 89|06 12 34 56 78",
        "030/1234567|0711-445566|089 99887766",
    ),
    "addresses": (
        "12 High Street|3 Mill Road, Leeds|Flat 2, 9 Oak Avenue",
        "Hauptstraße 5|Lindenweg 12a|Am Markt 3|Goetheallee 7",
        "14 rue de la Paix|3 bis avenue Foch|Calle Mayor 5, 2º|Via Roma 10",
        "Kerkstraat 4|Storgatan 3|Nørregade 8|ул. Ленина, 5|中山路12号",
        "52.5200, 13.4050|48.8566, 2.3522",
    ),
    "accounts": (
        "DE89 3704 0044 0532 0130 00|GB29NWBK60161331926819|FR1420041010050500013M02606",
        "123-45-6789|987-65-4321",
        "12345678Z|X1234567L|87654321X",
        "4111 1111 1111 1111|5500-0000-0000-0004",
        "B-MW 1234|HH-AB 12|M XY 99",
        "AB12 CDE|XY70 ZZZ",
        "192.168.0.1|10.0.0.27",
        "811228-9874|19640823-3234",
        "@ada_one|@bo.two|@cy3",
    ),
    "free text": (
        "|".join(f"the landlord came {n} times and never mended the heating in our flat, says one" for n in range(8)),
        "|".join(f"we rang {n} times but no one came to look" for n in range(8)),
    ),
}
CELLS_OF_OTHERS = (
    "Copper Kitchen 144|Bell Kitchen 137|Iron Kitchen 141",
    "New York|San Antonio|Santa Maria|Staten Island|Saint Paul|St. Louis",
    "2026-04-15|2026-04-16|15.04.2026",
    "12345678|23456789|34567890",
    "A-1|B-2|C-3",
    "Pizza|Tea and Coffee|Middle Eastern",
    "01001|01002|99950",
    "Mozilla Foundation|Deutsche Bahn AG|General Motors Company|Banco Popular",
    "Very good|Good|Bad",
    "1 000,50|2 000,75",
)


@pytest.mark.parametrize("kind", CELLS)
def test_cells_about_people_are_known_without_a_telling_header(kind):
    for cells in CELLS[kind]:
        assert (cells, kind_of("c", cells=cells.split("|"))) == (cells, kind)


def test_cells_of_other_things_are_left_alone():
    assert [cells for cells in CELLS_OF_OTHERS if kind_of("c", cells=cells.split("|"))] == []
