# Wat onze pagina’s en mails zeggen, in het Nederlands. Lezers worden met je aangesproken.

direction = ltr
date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] maart
    [4] april
    [5] mei
    [6] juni
    [7] juli
    [8] augustus
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }

## On every page

test-mode = Testmodus: er wordt geen geld overgemaakt
questions = Vragen?
back-to-site = Terug naar { $site }
your-account = Je account
try-again = Opnieuw proberen
look-again = Opnieuw kijken

## The offer

offer-title = Alleen voor lezers
offer-heading = Deze pagina is alleen voor onze lezers
offer-lead = Kies wat bij je past: over een minuut ben je terug op de pagina.
offer-all-heading = Maak je keuze
offer-left = Je hebt de betaalpagina verlaten. Er is niets afgeschreven.
offer-not-included = Je huidige toegang geldt niet voor deze pagina.
offer-recommended = Aanbevolen
offer-yours = Dit heb je al.
offer-awaits = Je betaling hiervoor is onderweg.
offer-paid-twice = Je betaalt al voor { $title }, dat bij { $plan } is inbegrepen. Het loopt door tot je het in je account opzegt.
offer-trial = { $days ->
    [one] { $days } dag gratis, daarna { $price }
   *[other] { $days } dagen gratis, daarna { $price }
}
offer-start-trial = Gratis proberen
offer-get = Kies { $plan }
offer-nothing = Er is hier op dit moment niets te koop. { $contact } kan je meer vertellen.
offer-have-access = Ik heb al toegang
inset-heading = Lees verder bij { $site }
inset-see-prices = Bekijk de prijzen
free-left = Nog { $left } van { $count } gratis pagina’s over.
free-used-day = { $count ->
    [one] Je hebt de ene pagina gelezen die per dag gratis is.
   *[other] Je hebt de { $count } pagina’s gelezen die per dag gratis zijn.
}
free-used-week = { $count ->
    [one] Je hebt de ene pagina gelezen die per week gratis is.
   *[other] Je hebt de { $count } pagina’s gelezen die per week gratis zijn.
}
free-used-month = { $count ->
    [one] Je hebt de ene pagina gelezen die per maand gratis is.
   *[other] Je hebt de { $count } pagina’s gelezen die per maand gratis zijn.
}
free-anew = Op { $date } komen er weer nieuwe.

## For whoever asked for the page itself

referral-lead = Wie ervoor heeft betaald, kan hem lezen. Jij kunt dat ook.
referral-see = Bekijk hoe je hem kunt lezen

## Signing in

sign-in = Inloggen
sign-in-heading = Inloggen per e-mail
sign-in-lead = Typ het adres waarmee je hebt betaald. Je krijgt een mail met een link en een code.
sign-in-address = Je e-mailadres
sign-in-send = Mail versturen
sign-in-no-address = Dit is geen e-mailadres. Kijk of je een typefout hebt gemaakt.
sign-in-ask-heading = Vraag { $contact } om een inloglink
sign-in-ask-lead = Heb je in een andere browser of op een ander apparaat betaald? Schrijf naar { $contact } vanaf het adres waarmee je hebt betaald, dan krijg je een link.
sign-in-ask-once = De link werkt één keer. Open hem op het apparaat waarop je wilt lezen.

code-heading = Kijk in je mail
code-lead = Als er met { $email } iets is gekocht, is er een mail onderweg naar dat adres. Typ hier de code en je bent in deze browser ingelogd; of open de link waar je wilt lezen.
code-label = De zes cijfers
code-nothing-came = Is er na een paar minuten niets gekomen? Kijk in de spammap, of probeer een ander adres: het gaat om het adres waarmee je hebt betaald.
code-most = Naar één adres gaan hoogstens vijf mails per uur, één per minuut; de nieuwste telt.
code-again = Een ander adres proberen
code-not-six = Een code heeft zes cijfers. Kijk nog eens in de mail.
code-too-many = Er zijn te veel codes getypt. Vraag hieronder een nieuwe mail aan.
code-used = De link of code uit deze mail is al gebruikt. Was jij het niet, dan heeft misschien een programma dat je mails controleert op de knop gedrukt: vraag hieronder een nieuwe mail aan.
code-wrong = Dit is niet de code van de nieuwste mail. Kijk nog eens.

link-heading = Inloggen als { $email }?
link-not-asked = Deze browser heeft niet om de mail gevraagd. Om in te loggen waar je erom vroeg, typ je daar de code uit de mail. Heeft iemand je deze link gestuurd? Sluit dan de pagina.
link-opens = Dit opent in deze browser alles wat voor { $email } openstaat.
link-leaves = Je bent hier ingelogd als { $email }: dat eindigt dan, en wat met dat adres gekocht is, blijft daar. { $contact } kan het samenvoegen.
link-leaves-nameless = Je bent hier ingelogd zonder adres: dat eindigt dan, en wat zo gekocht is, gaat niet mee. { $contact } kan het samenvoegen.
link-not-you = Ben jij dit niet? Sluit dan de pagina: er is nog niets gebeurd.
link-dead-heading = Deze link werkt niet meer
link-dead-mail = Een inloglink werkt één keer, en niet lang.
link-dead-again = Vraag een nieuwe aan per mail
link-dead-ask = Een inloglink werkt één keer, en maar één dag lang. Vraag { $contact } om een nieuwe.

## The sign-in mail

letter-subject = { $code } is je code voor { $site }
letter-heading = Inloggen bij { $site }
letter-code = Je code:
letter-type-or-sign-in = Typ hem op de pagina waar je om deze mail vroeg. Of log in op dit apparaat:
letter-sign-in-there = Druk hier op het apparaat waarop je wilt lezen:
letter-type-or-open = Typ hem op de pagina waar je om deze mail vroeg. Of open dit adres op het apparaat waarop je wilt lezen:
letter-open = Open dit adres op het apparaat waarop je wilt lezen:
letter-once = { $minutes ->
    [one] Beide werken één keer, { $minutes } minuut lang.
   *[other] Beide werken één keer, { $minutes } minuten lang.
}
letter-not-you = Heb je hier niet om gevraagd? Doe dan niets: zonder deze mail kan niemand inloggen als { $email }. Vragen: { $contact }

## The inbox of the demo

inbox-title = Postvak IN
inbox-heading = Postvak IN van de demo
inbox-lead = Er gaat geen mail de demo uit: wat hij zou versturen staat hier, het nieuwste eerst.
inbox-to = Aan { $email }
inbox-open = De link van deze mail openen
inbox-empty = Er is nog niets verstuurd.

## After paying

waiting-title = Onderweg
waiting-heading = Je betaling is onderweg
waiting-lead = Een betaling via de bank kan een paar dagen duren. Je hoeft niets te doen en er wordt niet nog eens afgeschreven: de pagina gaat vanzelf open als het geld er is.

unconfirmed-title = Bedankt
unconfirmed-heading = Bedankt. Een ogenblik geduld
unconfirmed-stripe = We wachten tot Stripe je betaling bevestigt, en Stripe is nu niet bereikbaar. Als je hebt betaald, is er niets verloren en hoef je niet nog eens te betalen: je pagina gaat vanzelf open zodra Stripe antwoordt.
unconfirmed-store = We kunnen je betaling nu niet vastleggen. Als je hebt betaald, is er niets verloren en hoef je niet nog eens te betalen: je pagina gaat vanzelf open zodra het kan.

paid-title = Betaald
paid-heading = Betaald. Bedankt!
paid-heading-waiting = Je betaling is onderweg. Bedankt!
paid-mail = Open deze pagina in de browser waarin je hebt betaald, of log hier in: een mail met een link is onderweg naar het adres dat bij de betaling is ingevuld.
paid-ask = Open deze pagina in de browser waarin je hebt betaald, of vraag { $contact } om een inloglink.

## At Stripe

till-sign-in = Heb je al toegang?

## What can go wrong: a heading, and advice

one-moment = Een ogenblik geduld
not-valid = Dit verzoek is niet geldig
does-not-work = Dat werkt hier niet
not-understood = Dat hebben we niet begrepen
too-much = Dat is te veel
not-set-up = Deze site is niet goed ingesteld

problem-no-page = Deze pagina bestaat niet
    .advice = Hier is geen pagina met dit adres. Misschien is het afgebroken of verkeerd getypt.
problem-nothing-behind = Deze pagina bestaat niet
    .advice = Deze server weet alleen wie mag lezen. Als je hem beheert: de server ervoor toont de pagina’s zelf en stuurt alleen /_tollhouse/ hierheen.
problem-unclear = Dat kan niet worden geopend
    .advice = Dit adres kan hier niet worden geopend. Ga terug naar de startpagina van de site.
problem-no-plan = Dit aanbod bestaat niet
    .advice = De link verwijst naar iets wat hier niet meer te koop is. Het hele aanbod: { $url }
problem-wrong-method = { does-not-work }
    .advice = Zo werkt dit adres niet. Ga terug en gebruik daar de knop.
problem-incomplete-address = { not-understood }
    .advice = Dit adres is niet volledig. Ga terug naar de pagina die je wilde lezen.
problem-incomplete-form = { not-understood }
    .advice = Dit formulier kwam onvolledig aan, dus er is niets gebeurd. Ga terug naar de pagina en probeer het opnieuw.
problem-no-price = { not-understood }
    .advice = Deze prijs geldt hier niet meer. Ga terug naar de pagina en kies opnieuw.
problem-not-yours = { not-understood }
    .advice = Dit hoort niet bij je account. Ga terug naar je account en probeer het daar opnieuw.
problem-other-site = Dat kwam ergens anders vandaan
    .advice = Dit formulier is vanaf een andere site verstuurd, dus er is niets gebeurd. Ga naar de pagina zelf en probeer het daar opnieuw.
problem-too-many-links = { one-moment }
    .advice = Vanuit je netwerk zijn te veel inloglinks geprobeerd. Wacht een minuut en open je eigen link dan opnieuw: hij werkt nog.
problem-too-many-mails = { one-moment }
    .advice = Vanuit je netwerk zijn te veel inlogmails aangevraagd. Wacht een minuut. Heb je er al een, dan werken de link en de code nog.
problem-too-many-checkouts = { one-moment }
    .advice = Vanuit je netwerk zijn te veel betalingen begonnen. Er is niets afgeschreven: wacht een paar minuten en probeer het opnieuw.
problem-cannot-look-up = { one-moment }
    .advice = We kunnen je toegang nu niet controleren. Er is niets verloren: probeer het over een minuut opnieuw.
problem-till-away = { one-moment }
    .advice = De betaalpagina is nu niet bereikbaar. Er is niets afgeschreven: probeer het over een minuut opnieuw.
problem-till-wrong = Dit is nu niet te koop
    .advice = De betalingen van deze site zijn niet goed ingesteld, dus er is niets afgeschreven. Laat het de eigenaar weten.
problem-cannot-sell = { one-moment }
    .advice = Dit is nu niet te koop, omdat we het niet konden vastleggen. Er is niets afgeschreven: probeer het over een minuut opnieuw.
problem-portal-away = { one-moment }
    .advice = Je facturen zijn nu niet bereikbaar. Probeer het over een minuut opnieuw.
problem-portal-wrong = Je facturen kunnen nu niet worden getoond
    .advice = De pagina met je facturen is niet goed ingesteld. Laat het de eigenaar van deze site weten, die het kan nakijken en voor je kan opzeggen.
problem-deletion-away = { one-moment }
    .advice = Je account is niet verwijderd, omdat we niet konden opzeggen waarvoor je betaalt. Probeer het over een minuut opnieuw.
problem-deletion-wrong = Je account kan nu niet worden verwijderd
    .advice = Je account is niet verwijderd, omdat we niet konden opzeggen waarvoor je betaalt. Laat het de eigenaar van deze site weten.
problem-payment-away = { one-moment }
    .advice = We kunnen je betaling nu niet controleren. Als je hebt betaald, is die niet verloren: laad deze pagina over een minuut opnieuw.
problem-payment-wrong = Je betaling kan nu niet worden gecontroleerd
    .advice = We kunnen je betaling niet controleren. Als je hebt betaald, is die niet verloren: laat het de eigenaar van deze site weten.
problem-half-signed-out = { one-moment }
    .advice = Je bent in deze browser uitgelogd. We konden het niet vastleggen: als iemand een kopie van je sessie kan hebben, log dan over een minuut opnieuw in en uit.

problem-address = Dat adres is niet geldig
    .advice = Dit adres kan niet worden geopend: { $rule ->
        [control] het bevat een spatie of een stuurteken dat niet gecodeerd is
        [fragment] het bevat een # dat niet gecodeerd is
        [foreign] het is geen pad en geen adres van deze site
        [percent] het bevat een % waar geen twee hexadecimale cijfers op volgen
        [backslash] het bevat een backslash
        [slash] het bevat een gecodeerde slash (%2F)
        [utf-8] het bevat gecodeerde bytes die geen UTF-8 zijn
        [encoded-control] het bevat een gecodeerd stuurteken
        [dots] het bevat een segment van alleen punten of spaties
        [deep] het heeft te veel segmenten
       *[ambiguous] het kan op te veel manieren worden gelezen
    }.
problem-host = { not-valid }
    .advice = Het verzoek moet één host noemen. Open de pagina in een browser.
problem-other-host = Dit is een andere site
    .advice = Deze server is { $url }, maar er werd om “{ $host }” gevraagd. Als je hem beheert: een proxy ervoor moet de host van de bezoeker doorgeven (nginx: proxy_set_header Host $host;), en [site] url moet het adres zijn dat bezoekers gebruiken; andere namen van de site horen in [site] also.
problem-loop = { not-set-up }
    .advice = Dit verzoek kwam terug waar het vandaan kwam. Als je deze site beheert: [site] origin moet de website achter de betaalmuur zijn, niet { $url } zelf.
problem-method = { does-not-work }
    .advice = Deze server kent { $method } niet.
problem-needless-body = { not-valid }
    .advice = Een { $method }-verzoek heeft hier geen inhoud. Open de pagina in een browser.
problem-body = { too-much }
    .advice = Wat je hebt gestuurd is te groot: er worden hoogstens { $bytes } bytes aangenomen.
problem-body-of-site = { too-much }
    .advice = Wat je hebt gestuurd is groter dan deze site aanneemt.
problem-malformed = { not-valid }
    .advice = Het verzoek was niet te begrijpen. Open de pagina in een browser.
problem-slow-body = Dat duurde te lang
    .advice = De rest van wat je stuurde kwam niet op tijd aan. Probeer het opnieuw.
problem-origin-slow = De website reageert niet
    .advice = De website deed er te lang over om te reageren. Probeer het over een minuut opnieuw.
problem-origin-away = De website is niet bereikbaar
    .advice = De website is nu niet bereikbaar. Probeer het over een minuut opnieuw.
problem-ours = Er ging iets mis
    .advice = Er ging bij ons iets mis. Probeer het over een minuut opnieuw.

## The account

account-signed-in = Ingelogd als { $email }.
account-here-mail = Je bent alleen in deze browser ingelogd. Om ook op een ander apparaat te lezen, vraag je een mail aan op het adres waarmee je hebt betaald.
account-get-mail = Inlogmail aanvragen
account-here-ask = Je bent alleen in deze browser ingelogd. Als je uitlogt, vraag je { $contact } om een inloglink om terug te komen.
account-pending = Je betaling voor { $title } is onderweg. De toegang gaat vanzelf open als het geld er is.
account-failed = De bank heeft { $title } niet betaald. Er is niets afgeschreven.
account-buy-again = Je kunt het opnieuw kopen
account-nothing = Je hebt hier nog nergens toegang toe.
account-see-offers = Bekijk wat er is
account-included = { $title } omvat dit al: dit hier kun je opzeggen zonder iets te verliezen.
account-bank-asks = Misschien vraagt je bank je de betaling te bevestigen.
account-confirm = Bevestigen of betalen op de factuur
account-owes = Een betaling is niet gelukt en de toegang is beëindigd. Werk je kaart bij, dan kun je verder lezen.
account-pay = Factuur betalen
account-also = Ook op een ander apparaat inloggen: stuur me een mail
account-data = Mijn gegevens downloaden
account-delete = Mijn account verwijderen
back-to-account = Terug naar je account
withdrawn-refunded = Je betaling voor { $title } is terugbetaald: de toegang die erbij hoorde, is beëindigd.
withdrawn-disputed = Je bank onderzoekt je betaling voor { $title }. Zolang is de toegang opgeschort.
withdrawn-dispute-lost = Je bank heeft de betaling voor { $title } teruggeboekt: de toegang die erbij hoorde, is beëindigd.
withdrawn-fraud-warning = Je bank heeft een vraag over je betaling voor { $title }; de toegang is opgeschort.
holding-active = Lopend abonnement
holding-trial = Gratis proefperiode
holding-canceled = Opgezegd
holding-paused = De eigenaar van deze site heeft de betalingen gepauzeerd
holding-due = De laatste betaling is niet gelukt
holding-bought = Van jou, eenmalig betaald
holding-given = Gekregen van de eigenaar van deze site
holding-registered = Gratis met je e-mailadres
holding-yours = Van jou
holding-renews = Wordt verlengd op { $date }
holding-first-payment = De eerste betaling is op { $date }
holding-read-until = Je kunt lezen tot { $date }
holding-due-by = Werk je kaart uiterlijk op { $date } bij om verder te lezen
holding-until = Tot { $date }
manage-billing = Betalingen beheren
holding-with-amount = { $what }: { $amount }
manage-resume = Betalingen beheren of hervatten
manage-card = Je kaart bijwerken
manage-change = Abonnement wijzigen
manage-end = Opzeggen

## Devices

devices-heading = Waar je bent ingelogd
device-both = { $browser } op { $system }
device-unknown = Een onbekende browser
device-here = (dit apparaat)
device-since = Sinds { $date }
device-seen = Sinds { $since }, laatst gezien op { $seen }
device-sign-out = Apparaat uitloggen
device-gave-way = { $device }, laatst gezien op { $seen }, is uitgelogd omdat je elders inlogde. { $most ->
    [one] Je kunt op hoogstens { $most } apparaat ingelogd zijn.
   *[other] Je kunt op hoogstens { $most } apparaten tegelijk ingelogd zijn.
}
devices-sign-out-others = Alle andere uitloggen
devices-sign-out-all = Overal uitloggen
sign-out = Uitloggen
signed-out-limit = Je bent hier uitgelogd, omdat je sindsdien op andere apparaten hebt ingelogd en het er te veel tegelijk waren. Log opnieuw in; je hoeft niet nog eens te betalen.
signed-out-elsewhere = Je bent hier niet meer ingelogd. Heb je betaald, log dan opnieuw in: je hoeft niet nog eens te betalen.
signed-out-join-mail = Wat je hier hebt gekocht, hoort nu bij je e-mailadres. Log in per mail; je hoeft niet nog eens te betalen.
signed-out-join-ask = Wat je hier hebt gekocht, hoort nu bij je e-mailadres. Vraag { $contact } om een inloglink; je hoeft niet nog eens te betalen.

## New in accounts

signed-out-lost = Heb je net ingelogd of betaald? Dan bewaart je browser de cookie niet waaraan deze site je herkent: sta cookies toe voor { $url } en log opnieuw in. Je hoeft niet nog eens te betalen.
mail-sent-lead = Er is een mail onderweg naar { $email }. Open de link op het andere apparaat waarop je wilt lezen. Hij werkt tien minuten.
bounced-heading = Je draait in kringetjes rond
bounced-no-cookie = Je hebt ingelogd of betaald, maar je browser bewaart de cookie niet waaraan deze site je herkent. Er is niets verloren en je hoeft niet nog eens te betalen.
bounced-allow-cookies = Sta cookies toe voor { $url }, of open de pagina in een andere browser en log daar in.
bounced-elsewhere = Je bent op een ander adres dan dat waar deze site lezers inlogt. Er is niets verloren en je hoeft niet nog eens te betalen.
bounced-read-there = Daar lezen: { $url }
bounced-bad-cookie = Je hebt ingelogd of betaald, maar je browser stuurt een cookie die hier niet geldig is. Er is niets verloren en je hoeft niet nog eens te betalen.
bounced-delete-cookies = Verwijder de cookies van { $url } in je browser en log opnieuw in. Helpt dat niet, dan kan { $contact } helpen: misschien staat de klok van de server verkeerd.
bounced-offer = Bekijk het aanbod
farewell-title = Je account verwijderen
farewell-ask-heading = Je account verwijderen?
farewell-of = Dit is het account van { $email }.
farewell-what = Alles wat { $site } over je weet, wordt hier verwijderd: je adres, je apparaten en wat je hebt gekocht. Dat kan niet ongedaan worden gemaakt.
farewell-ends = { $title } eindigt meteen. Er wordt niets meer afgeschreven en wat er van de betaalde tijd over is, gaat verloren. Wil je tot het einde lezen, zeg het dan eerst op in je account en kom dan terug.
farewell-bought = Ook wat je eenmalig hebt gekocht, gaat verloren.
farewell-bills = De facturen van wat je hebt betaald blijven bij { $site } en bij Stripe, die ze wettelijk moeten bewaren.
farewell-sure = Mijn account voorgoed verwijderen
farewell-type = Je e-mailadres, zodat geen programma dat mails controleert dit kan doen
farewell-other-address = Dit is niet het adres van dit account. Er is niets verwijderd.
farewell-send = Stuur me de bevestigingsmail
farewell-keep = Mijn account behouden
farewell-asked = Er is een mail onderweg naar { $email }. Je account wordt verwijderd als je de link opent en daar op de knop klikt; tot die tijd gebeurt er niets.
farewell-dead = Hij is gebruikt, te oud, of er is een nieuwere gestuurd.
farewell-again = Opnieuw beginnen
farewell-done-heading = Je account is verwijderd
farewell-done = Er wordt niets meer afgeschreven. Je bent op alle apparaten uitgelogd.
farewell-letter-subject = Je account bij { $site } verwijderen?
farewell-letter-lead = Iemand die is ingelogd als { $email }, wil dit account verwijderen. Ben jij het? Open dan deze link en klik daar op de knop:
farewell-letter-once = { $minutes ->
    [one] De link werkt { $minutes } minuut.
   *[other] De link werkt { $minutes } minuten.
} Waarvoor je betaalt, eindigt meteen, en dat kan niet ongedaan worden gemaakt.
farewell-letter-not-you = Ben jij het niet? Doe dan niets en log overal uit in je account. Vragen: { $contact }
offer-free-sign-in = Gratis inloggen met je e-mailadres
sign-in-lead-free = Typ je adres; heb je betaald, dan het adres waarmee je dat deed. Je krijgt een mail met een link en een code.
code-lead-free = Er is een mail onderweg naar { $email }. Typ hier de code en je bent in deze browser ingelogd; of open de link waar je wilt lezen.
