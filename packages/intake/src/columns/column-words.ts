/**
 * Names of columns in many languages, normalised as `guess-columns.ts` does: lower case, no
 * accents, blanks for signs. A word may stand anywhere in the name unless the pattern is anchored.
 */
const words = (...each: string[]): RegExp => new RegExp(`(?:^|[^\\p{L}])(?:${each.join("|")})(?:$|[^\\p{L}])`, "u");
/** Words of languages written without spaces. */
const within = (pattern: RegExp, more: string): RegExp => new RegExp(`${pattern.source}|${more}`, "u");

/** Names that certainly mean a phone number: English, German, French, Spanish, Italian, Portuguese, Dutch, the Nordic and Slavic languages, and others. */
export const PHONE = within(
  words(
    "phones?",
    "(?:tele|cell|mobile|home|work|i)?phone(?:number|no|nr)?",
    "msisdn",
    "cell(?:ular)?",
    "mobiles?",
    "mobile?(?:number|no|nr|nummer|telefon|tel|szam|ni)?",
    "mob",
    "handy(?:nummer|nr)?",
    "ruf(?:nummer|nr)",
    "tel",
    "tele?f(?:on|ono|oon|one|onas|oni|onu|ona|onni)?(?:nummer|nr|szam|nummeret|ni|numeris|numurs)?",
    "telepon",
    "telemovel",
    "talrun(?:is|a)",
    "thoai",
    "hp",
    "telno",
    "fono",
    "cel(?:ular)?",
    "movil",
    "cellulare",
    "portable",
    "gsm",
    "whatsapp",
    "mobiel",
    "komorka",
    "komorkowy",
    "(?:matka)?puhelin(?:numero)?",
    "simi",
    "телефона?",
    "мобильныи",
    "мобілнии",
    "тел",
    "τηλεφωνο",
    "κινητο",
    "هاتف",
    "الهاتف",
    "جوال",
    "الجوال",
    "موبايل",
    "טלפון",
    "נייד",
  ),
  "电话|電話|手机|手機|携帯|휴대폰|전화|โทร|फन|मबइल",
);

/** Names of any number: a phone number if its cells look like phone numbers. */
export const PHONE_PERHAPS = words(
  "number",
  "numero",
  "nummer",
  "numer",
  "contact",
  "kontakt",
  "contacto",
  "dial",
  "no",
  "nr",
);

export const FAX = within(
  words("(?:tele)?(?:fax|faks|faxe)(?:number|nummer|nr)?", "telecopie(?:ur)?", "факс"),
  "传真|傳真|ファックス",
);
/** Numbers that are not the person's own, or not for voice calls. */
export const ANOTHERS = words(
  "assistants?",
  "assistent",
  "assistenz",
  "emergency",
  "notfall",
  "spouse",
  "company main",
  "pager",
  "telex",
  "tty",
  "radio",
  "owner",
  "agent",
  "referrer",
  "parent",
  "doctor",
  "next of kin",
  "do not call",
  "blocked",
);
/** `Phone 1 - Label` says which phone, not its number. */
export const LABEL = words("label", "type", "typ", "tipo", "kind", "ext", "extension", "country", "land");

export const FULL_NAME =
  /^(?:full|complete|contact|candidate|customer|client|display|lead|person|patient) ?name$|^(?:vollstandiger|ganzer) name$|^nombre(?:s)? y apellidos?$|^nombre completo$|^nom complet$|^nom et prenom$|^nome completo$|^nome e cognome$|^imie i nazwisko$|^volledige naam$|^fullstandigt namn$|^hele navnet$|^koko nimi$|^teljes nev$|^adi? ?(?:ve )?soyadi?$|^adı ?(?:ve )?soyadı$|^ονοματεπωνυμο$|^ho (?:va )?ten$|^nama lengkap$|^الاسم الكامل$|^שם מלא$|^фио$|^姓名$|^氏名$|^名前$|^お名前$|^이름$|^성명$/;
export const FIRST_NAME =
  /^(?:first|given|fore) ?name$|^vorname$|^rufname$|^prenom$|^nombres?$|^(?:primer )?nombre$|^imie$|^voornaam$|^fornamn$|^fornavn$|^etunimi$|^keresztnev$|^utonev$|^krestni jmeno$|^jmeno$|^meno$|^ime$|^prenume$|^vardas$|^vards$|^eesnimi$|^ad[iı]?$|^имя$|^ім я$|^ονομα$|^名$|^שם פרטי$|^الاسم الاول$/;
export const LAST_NAME =
  /^(?:last|family|sur) ?name$|^nachname$|^familienname$|^zuname$|^nom de famille$|^apellidos?$|^primer apellido$|^cognome$|^sobrenome$|^apelido$|^nazwisko$|^achternaam$|^efternamn$|^etternavn$|^efternavn$|^sukunimi$|^vezeteknev$|^prijmeni$|^priezvisko$|^prezime$|^priimek$|^pavarde$|^uzvards$|^perekonnanimi$|^soyad[iı]?$|^фамилия$|^прізвище$|^επωνυμο$|^姓$|^שם משפחה$|^اسم العائلة$/;
/** A name, or the family name beside a first name. */
export const NAME =
  /^names?$|^nom$|^nome$|^naam$|^namn$|^navn$|^nimi$|^nev$|^nume$|^isim$|^nama$|^nimetus$|^الاسم$|^שם$|^नम$|^nazwa$|^kunde$|^kontakt(?: ?name)?$|^contatto$|^contacto$|^ansprechpartner(?:in)?$|^(?:contact|candidate|customer|client|lead|person)$/;

export const EXTERNAL_ID =
  /^external ?id$|^(?:candidate|customer|client|contact|record|crm|lead|person|patient|member)? ?(?:id|number|no|nr)$|^(?:kunden|mitglieds|patienten|kontakt) ?(?:nummer|nr|id)$|^ref(?:erence|erenz|erencia)?$|^uuid$|^guid$/;
