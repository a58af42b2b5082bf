import { guessColumns, hasHeaderRow, looksLikeNumber } from "./guess-columns.ts";

/** Names of the guessed columns: numbers, parts of the name, external id. */
const guessed = (columns: readonly string[], rows: readonly (readonly string[])[] = []) => {
  const { phones, name, externalId } = guessColumns(columns, rows);
  const named = (places: readonly number[]) => places.map((n) => columns[n]!);
  return { phones: named(phones), name: named(name), id: externalId === null ? null : columns[externalId]! };
};

describe("columns are guessed by name alone, in many languages", () => {
  const HEADERS: [columns: string, phones: string[], name: string[], id?: string][] = [
    ["id,phone_number,name", ["phone_number"], ["name"], "id"],
    ["external_id,phoneNumber,fullName", ["phoneNumber"], ["fullName"], "external_id"],
    ["First Name,Last Name,Cell #", ["Cell #"], ["First Name", "Last Name"]],
    ["Surname,Forename,Mobile No.", ["Mobile No."], ["Forename", "Surname"]],
    ["Contact,WhatsApp,E-mail", ["WhatsApp"], ["Contact"]],
    ["Telefon,Vorname,Nachname", ["Telefon"], ["Vorname", "Nachname"]],
    ["Vorname,Name,Handynummer", ["Handynummer"], ["Vorname", "Name"]],
    ["Kunden-Nr.,Name,Tel.-Nr.,Telefax", ["Tel.-Nr."], ["Name"], "Kunden-Nr."],
    ["Ansprechpartner,Rufnummer", ["Rufnummer"], ["Ansprechpartner"]],
    ["Familienname,Rufname,Mobilnummer,Faxnummer", ["Mobilnummer"], ["Rufname", "Familienname"]],
    ["Nombre,Apellidos,Tel\u00e9fono", ["Tel\u00e9fono"], ["Nombre", "Apellidos"]],
    ["Nombre completo,N\u00famero de m\u00f3vil", ["N\u00famero de m\u00f3vil"], ["Nombre completo"]],
    ["Nombre,Celular", ["Celular"], ["Nombre"]],
    [
      "Nom,Pr\u00e9nom,Num\u00e9ro de t\u00e9l\u00e9phone",
      ["Num\u00e9ro de t\u00e9l\u00e9phone"],
      ["Pr\u00e9nom", "Nom"],
    ],
    ["Nom complet,T\u00e9l.,T\u00e9l\u00e9copie", ["T\u00e9l."], ["Nom complet"]],
    ["Nome,Cognome,Cellulare", ["Cellulare"], ["Nome", "Cognome"]],
    ["Nome e cognome,Numero di telefono", ["Numero di telefono"], ["Nome e cognome"]],
    ["Nome,Sobrenome,Telefone", ["Telefone"], ["Nome", "Sobrenome"]],
    ["Nome completo,Telem\u00f3vel", ["Telem\u00f3vel"], ["Nome completo"]],
    ["Voornaam,Achternaam,Telefoonnummer", ["Telefoonnummer"], ["Voornaam", "Achternaam"]],
    ["Imi\u0119,Nazwisko,Numer telefonu", ["Numer telefonu"], ["Imi\u0119", "Nazwisko"]],
    ["Imi\u0119 i nazwisko,Kom\u00f3rka", ["Kom\u00f3rka"], ["Imi\u0119 i nazwisko"]],
    [
      "Jm\u00e9no,P\u0159\u00edjmen\u00ed,Telefonn\u00ed \u010d\u00edslo",
      ["Telefonn\u00ed \u010d\u00edslo"],
      ["Jm\u00e9no", "P\u0159\u00edjmen\u00ed"],
    ],
    ["Meno,Priezvisko,Mobil", ["Mobil"], ["Meno", "Priezvisko"]],
    ["F\u00f6rnamn,Efternamn,Mobilnummer", ["Mobilnummer"], ["F\u00f6rnamn", "Efternamn"]],
    ["Fornavn,Etternavn,Mobilnr", ["Mobilnr"], ["Fornavn", "Etternavn"]],
    ["Etunimi,Sukunimi,Matkapuhelin", ["Matkapuhelin"], ["Etunimi", "Sukunimi"]],
    [
      "Vezet\u00e9kn\u00e9v,Keresztn\u00e9v,Telefonsz\u00e1m",
      ["Telefonsz\u00e1m"],
      ["Keresztn\u00e9v", "Vezet\u00e9kn\u00e9v"],
    ],
    ["Nume,Prenume,Telefon mobil", ["Telefon mobil"], ["Prenume", "Nume"]],
    ["Ad,Soyad,Cep Telefonu", ["Cep Telefonu"], ["Ad", "Soyad"]],
    ["Ad\u0131 Soyad\u0131,Telefon", ["Telefon"], ["Ad\u0131 Soyad\u0131"]],
    ["AD SOYAD,GSM", ["GSM"], ["AD SOYAD"]],
    ["Ime,Prezime,Broj telefona", ["Broj telefona"], ["Ime", "Prezime"]],
    ["Vardas,Pavard\u0117,Telefono numeris", ["Telefono numeris"], ["Vardas", "Pavard\u0117"]],
    [
      "\u0418\u043c\u044f,\u0424\u0430\u043c\u0438\u043b\u0438\u044f,\u041d\u043e\u043c\u0435\u0440 \u0442\u0435\u043b\u0435\u0444\u043e\u043d\u0430",
      ["\u041d\u043e\u043c\u0435\u0440 \u0442\u0435\u043b\u0435\u0444\u043e\u043d\u0430"],
      ["\u0418\u043c\u044f", "\u0424\u0430\u043c\u0438\u043b\u0438\u044f"],
    ],
    [
      "\u0424\u0418\u041e,\u041c\u043e\u0431\u0438\u043b\u044c\u043d\u044b\u0439,\u0424\u0430\u043a\u0441",
      ["\u041c\u043e\u0431\u0438\u043b\u044c\u043d\u044b\u0439"],
      ["\u0424\u0418\u041e"],
    ],
    [
      "\u0406\u043c'\u044f,\u041f\u0440\u0456\u0437\u0432\u0438\u0449\u0435,\u0422\u0435\u043b\u0435\u0444\u043e\u043d",
      ["\u0422\u0435\u043b\u0435\u0444\u043e\u043d"],
      ["\u0406\u043c'\u044f", "\u041f\u0440\u0456\u0437\u0432\u0438\u0449\u0435"],
    ],
    [
      "\u038c\u03bd\u03bf\u03bc\u03b1,\u0395\u03c0\u03ce\u03bd\u03c5\u03bc\u03bf,\u03a4\u03b7\u03bb\u03ad\u03c6\u03c9\u03bd\u03bf",
      ["\u03a4\u03b7\u03bb\u03ad\u03c6\u03c9\u03bd\u03bf"],
      ["\u038c\u03bd\u03bf\u03bc\u03b1", "\u0395\u03c0\u03ce\u03bd\u03c5\u03bc\u03bf"],
    ],
    ["\u59d3\u540d,\u624b\u673a\u53f7\u7801,\u4f20\u771f", ["\u624b\u673a\u53f7\u7801"], ["\u59d3\u540d"]],
    ["\u6c0f\u540d,\u96fb\u8a71\u756a\u53f7", ["\u96fb\u8a71\u756a\u53f7"], ["\u6c0f\u540d"]],
    ["\u59d3,\u540d,\u643a\u5e2f", ["\u643a\u5e2f"], ["\u59d3", "\u540d"]],
    ["\uc774\ub984,\ud734\ub300\ud3f0 \ubc88\ud638", ["\ud734\ub300\ud3f0 \ubc88\ud638"], ["\uc774\ub984"]],
    [
      "\u0627\u0644\u0627\u0633\u0645,\u0631\u0642\u0645 \u0627\u0644\u0647\u0627\u062a\u0641",
      ["\u0631\u0642\u0645 \u0627\u0644\u0647\u0627\u062a\u0641"],
      ["\u0627\u0644\u0627\u0633\u0645"],
    ],
    ["\u05e9\u05dd,\u05d8\u05dc\u05e4\u05d5\u05df", ["\u05d8\u05dc\u05e4\u05d5\u05df"], ["\u05e9\u05dd"]],
    [
      "H\u1ecd v\u00e0 t\u00ean,S\u1ed1 \u0111i\u1ec7n tho\u1ea1i",
      ["S\u1ed1 \u0111i\u1ec7n tho\u1ea1i"],
      ["H\u1ecd v\u00e0 t\u00ean"],
    ],
    ["Nama,No HP", ["No HP"], ["Nama"]],
    ["email,city,notes", [], []],
  ];
  test.each(HEADERS.map(([columns, ...parts]) => ({ columns, parts })))(
    "$columns",
    ({ columns, parts: [phones, name, id] }) =>
      expect(guessed(columns.split(","))).toEqual({ phones, name, id: id ?? null }),
  );
});

describe("columns of well-known programs' exports are guessed", () => {
  /** A row with these cells under these columns and nothing elsewhere. */
  const row = (columns: string[], cells: Record<string, string>) => columns.map((column) => cells[column] ?? "");

  test("Google Contacts: values, not labels; the second number serves where the first is empty", () => {
    const columns =
      "First Name,Middle Name,Last Name,Nickname,Organization Name,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Postal Code".split(
        ",",
      );
    const rows = [
      row(columns, {
        "First Name": "Anna",
        "Last Name": "Lind",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+49 170 1234567",
      }),
      row(columns, {
        "First Name": "Bo",
        "Phone 2 - Label": "Work",
        "Phone 2 - Value": "030 901820",
        Birthday: "1980-01-02",
      }),
    ];
    const expected = { phones: ["Phone 1 - Value", "Phone 2 - Value"], name: ["First Name", "Last Name"], id: null };
    expect(guessed(columns, rows)).toEqual(expected);
    expect(guessed(columns)).toEqual(expected);
  });

  test("Outlook: no fax, pager, or phone of somebody else", () => {
    const columns =
      "Title,First Name,Middle Name,Last Name,Suffix,Company,Business Fax,Business Phone,Home Fax,Home Phone,Mobile Phone,Pager,Assistant's Phone,Company Main Phone,TTY/TDD Phone,Telex,E-mail Address,E-mail Type".split(
        ",",
      );
    const rows = [
      row(columns, {
        "First Name": "Anna",
        "Last Name": "Lind",
        "Business Fax": "+4930901821",
        "Mobile Phone": "+491701234567",
        Pager: "901822",
        "Assistant's Phone": "+4930901823",
      }),
    ];
    expect(guessed(columns, rows)).toEqual({
      phones: ["Mobile Phone", "Business Phone", "Home Phone"],
      name: ["First Name", "Last Name"],
      id: null,
    });
  });

  test("HubSpot", () => {
    const columns =
      "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Contact owner,Lead Status,Create Date,Associated Company".split(
        ",",
      );
    const rows = [
      row(columns, {
        "Record ID": "123456789012",
        "First Name": "Anna",
        "Last Name": "Lind",
        "Phone Number": "+4930901820",
        "Contact owner": "Bo Lee",
        "Create Date": "2024-01-02 10:00",
      }),
    ];
    expect(guessed(columns, rows)).toEqual({
      phones: ["Phone Number", "Mobile Phone Number"],
      name: ["First Name", "Last Name"],
      id: "Record ID",
    });
  });

  test("Salesforce: an account number is no phone", () => {
    const columns = "Account Number,Full Name,Account Name,Mobile,Phone,Fax,Assistant Phone,Contact ID".split(",");
    const rows = [
      row(columns, {
        "Account Number": "4930901820",
        "Full Name": "Anna Lind",
        "Account Name": "Acme",
        Mobile: "(415) 555-0100",
        Fax: "(415) 555-0101",
        "Contact ID": "0035e00000",
      }),
    ];
    expect(guessed(columns, rows)).toEqual({ phones: ["Mobile", "Phone"], name: ["Full Name"], id: "Contact ID" });
  });

  test("Shopify: the customer's phone before the address's", () => {
    const columns =
      "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Orders".split(
        ",",
      );
    const rows = [
      row(columns, {
        "Customer ID": "'6940095564817",
        "First Name": "Anna",
        "Last Name": "Lind",
        "Default Address Zip": "'10115",
        "Default Address Phone": "030 901820",
        Phone: "'+491701234567",
      }),
    ];
    expect(guessed(columns, rows)).toEqual({
      phones: ["Phone", "Default Address Phone"],
      name: ["First Name", "Last Name"],
      id: "Customer ID",
    });
  });
});

describe("columns are guessed by what their cells look like", () => {
  test.each<[string, string, string[], string[], string[]]>([
    [
      "a name that its cells deny",
      "phone,contact number",
      ["iPhone 12,+4930901820", "Pixel,+4930901821"],
      ["contact number"],
      [],
    ],
    ["consent to calls is no number", "Phone OK,Mobile", ["yes,+4930901820"], ["Mobile"], []],
    ["days and amounts are no numbers", "joined,due,who", ["2024-01-02,12345.67,+4930901820"], ["who"], []],
    ["an international number before other numbers", "order no,dial", ["4930901820,+4930901821"], ["dial"], []],
    ["a number of something where nothing else is", "Number,City", ["4155550100,Rome"], ["Number"], []],
    [
      "no header: the first column of numbers and the first of words",
      "column_1,column_2,column_3",
      ["7,Anna Lind,+4930901820"],
      ["column_3"],
      ["column_2"],
    ],
    ["a name that holds both parts beside a first name", "Vorname,Name,Tel", ["Anna,Anna Lind,1"], [], ["Name"]],
    [
      "a name that holds both parts beside a last name",
      "Nome,Cognome,Tel",
      ["Anna Lind,Lind,030 901820"],
      ["Tel"],
      ["Nome"],
    ],
    ["a name of numbers is none", "name,phone", ["12345,+4930901820"], ["phone"], []],
  ])("%s", (_, columns, rows, phones, name) =>
    expect(
      guessed(
        columns.split(","),
        rows.map((row) => row.split(",")),
      ),
    ).toMatchObject({ phones, name }),
  );
});

test.each([
  ["phone,name", true],
  ["+4930901820,Anna", false],
  ["Anna,030 901820", false],
  ["Phone 1 - Value,2024-01-02", true],
  ["\u0422\u0435\u043b\u0435\u0444\u043e\u043d,12345", true],
])("%s is a header: %s", (row, expected) => expect(hasHeaderRow(row.split(","))).toBe(expected));

test.each([
  ["+49 30 901820", true],
  ["(415) 555-0100", true],
  ["'+4930901820", true],
  ['="+4930901820"', true],
  ["tel:+4930901820", true],
  ["+49 30 901820 / 821", true],
  ["12345", false],
  ["2024-01-02", false],
  ["02.01.2024", false],
  ["2024-01-02 10:00:00", false],
  ["12345.67", false],
  ["123456789012345678901", false],
  ["a@b.example", false],
  ["+49 abc 901820", false],
])("%s looks like a number: %s", (cell, expected) => expect(looksLikeNumber(cell)).toBe(expected));
