# Was unsere Seiten und Mails sagen, auf Deutsch. Leser werden gesiezt.

direction = ltr
date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }

## On every page

test-mode = Testbetrieb: Es fließt kein Geld
questions = Fragen?
back-to-site = Zurück zu { $site }
your-account = Ihr Konto
try-again = Noch einmal versuchen
look-again = Noch einmal nachsehen

## The offer

offer-title = Nur für Leser
offer-heading = Diese Seite ist unseren Lesern vorbehalten
offer-lead = Wählen Sie, was zu Ihnen passt: In einer Minute sind Sie wieder auf der Seite.
offer-all-heading = Wählen Sie ein Angebot
offer-left = Sie haben die Kasse verlassen. Es wurde nichts abgebucht.
offer-not-included = Ihr bisheriger Zugang umfasst diese Seite nicht.
offer-recommended = Empfohlen
offer-yours = Das haben Sie schon.
offer-awaits = Ihre Zahlung dafür ist unterwegs.
offer-paid-twice = Sie bezahlen bereits für { $title }, und { $plan } schließt das ein. Es läuft weiter, bis Sie es in Ihrem Konto kündigen.
offer-trial = { $days ->
    [one] { $days } Tag kostenlos, danach { $price }
   *[other] { $days } Tage kostenlos, danach { $price }
}
offer-start-trial = Kostenlos testen
offer-get = { $plan } wählen
offer-nothing = Hier ist gerade nichts zu haben. { $contact } weiß mehr.
offer-have-access = Ich habe schon Zugang
inset-heading = Weiterlesen bei { $site }
inset-see-prices = Preise ansehen
free-left = { $left ->
    [one] { $left } von { $count } kostenlosen Seiten ist noch übrig.
   *[other] { $left } von { $count } kostenlosen Seiten sind noch übrig.
}
free-used-day = { $count ->
    [one] Sie haben die eine Seite gelesen, die pro Tag kostenlos ist.
   *[other] Sie haben die { $count } Seiten gelesen, die pro Tag kostenlos sind.
}
free-used-week = { $count ->
    [one] Sie haben die eine Seite gelesen, die pro Woche kostenlos ist.
   *[other] Sie haben die { $count } Seiten gelesen, die pro Woche kostenlos sind.
}
free-used-month = { $count ->
    [one] Sie haben die eine Seite gelesen, die pro Monat kostenlos ist.
   *[other] Sie haben die { $count } Seiten gelesen, die pro Monat kostenlos sind.
}
free-anew = Am { $date } kommen weitere dazu.

## For whoever asked for the page itself

referral-lead = Wer dafür bezahlt hat, kann sie lesen. Das können Sie auch.
referral-see = So können Sie die Seite lesen

## Signing in

sign-in = Anmelden
sign-in-heading = Per E-Mail anmelden
sign-in-lead = Geben Sie die Adresse ein, mit der Sie bezahlt haben. Sie bekommen eine Mail mit einem Link und einem Code.
sign-in-address = Ihre E-Mail-Adresse
sign-in-send = Mail senden
sign-in-no-address = Das ist keine E-Mail-Adresse. Bitte sehen Sie nach, ob Sie sich vertippt haben.
sign-in-ask-heading = Bitten Sie { $contact } um einen Anmeldelink
sign-in-ask-lead = Sie haben in einem anderen Browser oder auf einem anderen Gerät bezahlt? Schreiben Sie von der Adresse aus, mit der Sie bezahlt haben, an { $contact }; Sie bekommen dann einen Link.
sign-in-ask-once = Der Link gilt einmal. Öffnen Sie ihn auf dem Gerät, auf dem Sie lesen möchten.

code-heading = Sehen Sie in Ihrem Postfach nach
code-lead = Wenn unter { $email } etwas gekauft wurde, ist eine Mail an diese Adresse unterwegs. Geben Sie hier den Code daraus ein, dann sind Sie in diesem Browser angemeldet; oder öffnen Sie den Link dort, wo Sie lesen möchten.
code-label = Die sechs Ziffern
code-nothing-came = Nach ein, zwei Minuten ist nichts gekommen? Sehen Sie im Spam-Ordner nach, oder versuchen Sie es mit einer anderen Adresse: Es zählt die, mit der Sie bezahlt haben.
code-most = An eine Adresse gehen höchstens fünf Mails in der Stunde, eine je Minute; die neueste zählt.
code-again = Eine andere Adresse versuchen
code-not-six = Ein Code hat sechs Ziffern. Bitte sehen Sie noch einmal in der Mail nach.
code-too-many = Es wurden zu viele Codes eingegeben. Fordern Sie unten eine neue Mail an.
code-used = Der Link oder Code dieser Mail wurde schon benutzt. Waren Sie es nicht, hat vielleicht ein Programm, das Ihre Mails prüft, den Knopf gedrückt: Fordern Sie unten eine neue Mail an.
code-wrong = Das ist nicht der Code der neuesten Mail. Bitte sehen Sie noch einmal nach.

link-heading = Als { $email } anmelden?
link-not-asked = Dieser Browser hat die Mail nicht angefordert. Um sich dort anzumelden, wo Sie sie angefordert haben, geben Sie dort den Code aus der Mail ein. Jemand hat Ihnen diesen Link geschickt? Dann schließen Sie die Seite.
link-opens = Damit öffnet sich in diesem Browser alles, was { $email } offensteht.
link-leaves = Sie sind hier als { $email } angemeldet: Diese Anmeldung endet dann, und was unter jener Adresse gekauft wurde, bleibt dort. { $contact } kann es zusammenführen.
link-leaves-nameless = Sie sind hier ohne E-Mail-Adresse angemeldet: Diese Anmeldung endet dann, und was so gekauft wurde, kommt nicht mit. { $contact } kann es zusammenführen.
link-not-you = Das sind nicht Sie? Dann schließen Sie die Seite: Noch ist nichts geschehen.
link-dead-heading = Dieser Link gilt nicht mehr
link-dead-mail = Ein Anmeldelink gilt einmal und nicht lange.
link-dead-again = Einen neuen per Mail anfordern
link-dead-ask = Ein Anmeldelink gilt einmal und nur einen Tag lang. Bitten Sie { $contact } um einen neuen.

## The sign-in mail

letter-subject = { $code } ist Ihr Code für { $site }
letter-heading = Anmeldung bei { $site }
letter-code = Ihr Code:
letter-type-or-sign-in = Geben Sie ihn auf der Seite ein, auf der Sie diese Mail angefordert haben. Oder melden Sie sich auf diesem Gerät an:
letter-sign-in-there = Drücken Sie hier auf dem Gerät, auf dem Sie lesen möchten:
letter-type-or-open = Geben Sie ihn auf der Seite ein, auf der Sie diese Mail angefordert haben. Oder öffnen Sie diese Adresse auf dem Gerät, auf dem Sie lesen möchten:
letter-open = Öffnen Sie diese Adresse auf dem Gerät, auf dem Sie lesen möchten:
letter-once = { $minutes ->
    [one] Beides gilt einmal, { $minutes } Minute lang.
   *[other] Beides gilt einmal, { $minutes } Minuten lang.
}
letter-not-you = Sie haben das nicht angefordert? Dann tun Sie nichts: Ohne diese Mail kann sich niemand als { $email } anmelden. Fragen: { $contact }

## The inbox of the demo

inbox-title = Posteingang
inbox-heading = Posteingang der Demo
inbox-lead = Aus der Demo geht keine Mail hinaus: Was sie senden würde, steht hier, das Neueste zuerst.
inbox-to = An { $email }
inbox-open = Den Link dieser Mail öffnen
inbox-empty = Es wurde noch nichts gesendet.

## After paying

waiting-title = Unterwegs
waiting-heading = Ihre Zahlung ist unterwegs
waiting-lead = Eine Zahlung über die Bank kann einige Tage dauern. Sie brauchen nichts zu tun, und es wird nicht noch einmal abgebucht: Die Seite öffnet sich von selbst, sobald das Geld da ist.

unconfirmed-title = Vielen Dank
unconfirmed-heading = Vielen Dank. Einen Moment, bitte
unconfirmed-stripe = Wir warten darauf, dass Stripe Ihre Zahlung bestätigt, und Stripe ist gerade nicht zu erreichen. Wenn Sie bezahlt haben, ist nichts verloren, und Sie brauchen nicht noch einmal zu bezahlen: Ihre Seite öffnet sich von selbst, sobald Stripe antwortet.
unconfirmed-store = Wir können Ihre Zahlung gerade nicht vermerken. Wenn Sie bezahlt haben, ist nichts verloren, und Sie brauchen nicht noch einmal zu bezahlen: Ihre Seite öffnet sich von selbst, sobald das wieder geht.

paid-title = Bezahlt
paid-heading = Bezahlt. Vielen Dank!
paid-heading-waiting = Ihre Zahlung ist unterwegs. Vielen Dank!
paid-mail = Öffnen Sie diese Seite in dem Browser, in dem Sie bezahlt haben, oder melden Sie sich hier an: Eine Mail mit einem Link ist an die Adresse unterwegs, die an der Kasse eingegeben wurde.
paid-ask = Öffnen Sie diese Seite in dem Browser, in dem Sie bezahlt haben, oder bitten Sie { $contact } um einen Anmeldelink.

## At Stripe

till-sign-in = Sie haben schon Zugang?

## What can go wrong: a heading, and advice

one-moment = Einen Moment, bitte
not-valid = Diese Anfrage ist nicht gültig
does-not-work = Das geht hier nicht
not-understood = Das haben wir nicht verstanden
too-much = Das ist zu viel
not-set-up = Diese Website ist nicht richtig eingerichtet

problem-no-page = Diese Seite gibt es nicht
    .advice = Hier gibt es keine solche Seite. Vielleicht ist die Adresse abgeschnitten oder falsch eingegeben.
problem-nothing-behind = Diese Seite gibt es nicht
    .advice = Dieser Server weiß nur, wer lesen darf. Wenn Sie ihn betreiben: Die Seiten selbst zeigt der Server davor; er leitet nur /_tollhouse/ hierher weiter.
problem-unclear = Das lässt sich nicht öffnen
    .advice = Diese Adresse lässt sich hier nicht öffnen. Gehen Sie zurück zur Startseite der Website.
problem-no-plan = Dieses Angebot gibt es nicht
    .advice = Der Link zu diesem Angebot nennt etwas, das hier nicht mehr zu haben ist. Alle Angebote: { $url }
problem-wrong-method = { does-not-work }
    .advice = Diese Adresse lässt sich so nicht aufrufen. Gehen Sie zurück und verwenden Sie dort den Knopf.
problem-incomplete-address = { not-understood }
    .advice = Diese Adresse ist nicht vollständig. Gehen Sie zurück zu der Seite, die Sie lesen wollten.
problem-incomplete-form = { not-understood }
    .advice = Dieses Formular kam unvollständig an, deshalb ist nichts geschehen. Gehen Sie zurück zur Seite und versuchen Sie es noch einmal.
problem-no-price = { not-understood }
    .advice = Dieser Preis gilt hier nicht mehr. Gehen Sie zurück zur Seite und wählen Sie noch einmal.
problem-not-yours = { not-understood }
    .advice = Das gehört nicht zu Ihrem Konto. Gehen Sie zurück zu Ihrem Konto und versuchen Sie es von dort aus noch einmal.
problem-other-site = Das kam von anderswo
    .advice = Dieses Formular wurde von einer anderen Website gesendet, deshalb ist nichts geschehen. Gehen Sie auf die Seite selbst und versuchen Sie es dort noch einmal.
problem-too-many-links = { one-moment }
    .advice = Aus Ihrem Netz wurden zu viele Anmeldelinks ausprobiert. Bitte warten Sie eine Minute und öffnen Sie dann Ihren Link noch einmal: Er gilt weiterhin.
problem-too-many-mails = { one-moment }
    .advice = Aus Ihrem Netz wurden zu viele Anmeldemails angefordert. Bitte warten Sie eine Minute. Wenn Sie schon eine haben, gelten ihr Link und ihr Code weiterhin.
problem-too-many-checkouts = { one-moment }
    .advice = Aus Ihrem Netz wurden zu viele Zahlungen begonnen. Es wurde nichts abgebucht: Bitte warten Sie ein paar Minuten und versuchen Sie es dann noch einmal.
problem-cannot-look-up = { one-moment }
    .advice = Wir können Ihren Zugang gerade nicht prüfen. Es ist nichts verloren: Bitte versuchen Sie es in einer Minute noch einmal.
problem-till-away = { one-moment }
    .advice = Die Zahlungsseite ist gerade nicht zu erreichen. Es wurde nichts abgebucht: Bitte versuchen Sie es in einer Minute noch einmal.
problem-till-wrong = Das lässt sich gerade nicht kaufen
    .advice = Die Zahlungen dieser Website sind nicht richtig eingerichtet, deshalb wurde nichts abgebucht. Bitte sagen Sie dem Betreiber Bescheid.
problem-cannot-sell = { one-moment }
    .advice = Das lässt sich gerade nicht kaufen, weil wir es nicht vermerken konnten. Es wurde nichts abgebucht: Bitte versuchen Sie es in einer Minute noch einmal.
problem-portal-away = { one-moment }
    .advice = Ihre Rechnungen sind gerade nicht zu erreichen. Bitte versuchen Sie es in einer Minute noch einmal.
problem-portal-wrong = Ihre Rechnungen lassen sich gerade nicht anzeigen
    .advice = Die Seite mit Ihren Rechnungen ist nicht richtig eingerichtet. Bitte wenden Sie sich an den Betreiber dieser Website, der nachsehen und für Sie kündigen kann.
problem-deletion-away = { one-moment }
    .advice = Ihr Konto wurde nicht gelöscht, weil sich das, wofür Sie zahlen, gerade nicht beenden ließ. Bitte versuchen Sie es in einer Minute noch einmal.
problem-deletion-wrong = Ihr Konto lässt sich gerade nicht löschen
    .advice = Ihr Konto wurde nicht gelöscht, weil sich das, wofür Sie zahlen, nicht beenden ließ. Bitte wenden Sie sich an den Betreiber dieser Website.
problem-payment-away = { one-moment }
    .advice = Wir können Ihre Zahlung gerade nicht prüfen. Wenn Sie bezahlt haben, ist sie nicht verloren: Laden Sie diese Seite in einer Minute noch einmal.
problem-payment-wrong = Ihre Zahlung lässt sich gerade nicht prüfen
    .advice = Wir können Ihre Zahlung nicht prüfen. Wenn Sie bezahlt haben, ist sie nicht verloren: Bitte wenden Sie sich an den Betreiber dieser Website.
problem-half-signed-out = { one-moment }
    .advice = In diesem Browser sind Sie abgemeldet. Wir konnten es gerade nicht vermerken: Falls jemand eine Kopie Ihrer Anmeldung haben könnte, melden Sie sich in einer Minute noch einmal an und ab.

problem-address = Diese Adresse ist nicht gültig
    .advice = Diese Adresse lässt sich nicht öffnen: { $rule ->
        [control] Sie enthält ein Leerzeichen oder Steuerzeichen, das nicht kodiert ist
        [fragment] Sie enthält ein #, das nicht kodiert ist
        [foreign] Sie ist weder ein Pfad noch eine Adresse dieser Website
        [percent] Sie enthält ein %, dem nicht zwei hexadezimale Ziffern folgen
        [backslash] Sie enthält einen umgekehrten Schrägstrich
        [slash] Sie enthält einen kodierten Schrägstrich (%2F)
        [utf-8] Sie enthält kodierte Bytes, die kein UTF-8 sind
        [encoded-control] Sie enthält ein kodiertes Steuerzeichen
        [dots] Sie enthält einen Abschnitt, der nur aus Punkten oder Leerzeichen besteht
        [deep] Sie hat zu viele Abschnitte
       *[ambiguous] Sie lässt sich auf zu viele Arten lesen
    }.
problem-host = { not-valid }
    .advice = Die Anfrage muss einen Host nennen. Öffnen Sie die Seite in einem Browser.
problem-other-host = Das ist eine andere Website
    .advice = Dieser Server ist { $url }, wurde aber nach „{ $host }“ gefragt. Wenn Sie ihn betreiben: Ein Proxy davor muss den Host des Besuchers weitergeben (nginx: proxy_set_header Host $host;), und [site] url muss die Adresse sein, die Besucher verwenden; andere Namen der Website gehören in [site] also.
problem-loop = { not-set-up }
    .advice = Diese Anfrage kam dorthin zurück, von wo sie gesendet wurde. Wenn Sie diese Website betreiben: [site] origin muss die Website hinter der Bezahlschranke sein, nicht { $url } selbst.
problem-method = { does-not-work }
    .advice = { $method } gibt es auf diesem Server nicht.
problem-needless-body = { not-valid }
    .advice = Eine Anfrage mit { $method } hat hier keinen Inhalt. Öffnen Sie die Seite in einem Browser.
problem-body = { too-much }
    .advice = Was Sie gesendet haben, ist zu groß: Angenommen werden höchstens { $bytes } Bytes.
problem-body-of-site = { too-much }
    .advice = Was Sie gesendet haben, ist größer, als diese Website annimmt.
problem-malformed = { not-valid }
    .advice = Die Anfrage war nicht zu verstehen. Öffnen Sie die Seite in einem Browser.
problem-slow-body = Das hat zu lange gedauert
    .advice = Der Rest von dem, was Sie gesendet haben, kam nicht rechtzeitig an. Bitte versuchen Sie es noch einmal.
problem-origin-slow = Die Website antwortet nicht
    .advice = Die Website hat zu lange für eine Antwort gebraucht. Bitte versuchen Sie es in einer Minute noch einmal.
problem-origin-away = Die Website ist nicht zu erreichen
    .advice = Die Website ist gerade nicht zu erreichen. Bitte versuchen Sie es in einer Minute noch einmal.
problem-ours = Das ist schiefgegangen
    .advice = Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es in einer Minute noch einmal.

## The account

account-signed-in = Angemeldet als { $email }.
account-here-mail = Sie sind angemeldet, aber nur in diesem Browser. Um auch auf einem anderen Gerät zu lesen, lassen Sie sich eine Mail an die Adresse senden, mit der Sie bezahlt haben.
account-get-mail = Anmeldemail anfordern
account-here-ask = Sie sind angemeldet, aber nur in diesem Browser. Wenn Sie sich abmelden, bitten Sie { $contact } um einen Anmeldelink, um zurückzukommen.
account-pending = Ihre Zahlung für { $title } ist unterwegs. Der Zugang öffnet sich von selbst, sobald das Geld da ist.
account-failed = Die Bank hat { $title } nicht bezahlt. Es wurde nichts abgebucht.
account-buy-again = Sie können es noch einmal kaufen
account-nothing = Hier ist noch nichts für Sie freigeschaltet.
account-see-offers = Angebote ansehen
account-included = { $title } enthält das schon: Das hier können Sie kündigen und verlieren nichts.
account-bank-asks = Vielleicht bittet Ihre Bank Sie, die Zahlung zu bestätigen.
account-confirm = Auf der Rechnung bestätigen oder bezahlen
account-owes = Eine Zahlung ist fehlgeschlagen, und der Zugang ist beendet. Aktualisieren Sie Ihre Karte, dann können Sie weiterlesen.
account-pay = Rechnung bezahlen
account-also = Auch auf einem anderen Gerät anmelden: Mail senden
account-data = Meine Daten herunterladen
account-delete = Mein Konto löschen
back-to-account = Zurück zu Ihrem Konto
withdrawn-refunded = Ihre Zahlung für { $title } wurde erstattet: Der damit bezahlte Zugang ist beendet.
withdrawn-disputed = Ihre Bank prüft Ihre Zahlung für { $title }. Bis dahin ruht der Zugang.
withdrawn-dispute-lost = Ihre Bank hat die Zahlung für { $title } zurückgebucht: Der damit bezahlte Zugang ist beendet.
withdrawn-fraud-warning = Ihre Bank hat eine Frage zu Ihrer Zahlung für { $title }; der Zugang ruht.
holding-active = Laufendes Abonnement
holding-trial = Kostenlose Testphase
holding-canceled = Gekündigt
holding-paused = Der Betreiber dieser Website hat die Zahlungen ausgesetzt
holding-due = Die letzte Zahlung ist fehlgeschlagen
holding-bought = Gehört Ihnen, einmalig bezahlt
holding-given = Vom Betreiber dieser Website geschenkt
holding-registered = Kostenlos mit Ihrer E-Mail-Adresse
holding-yours = Gehört Ihnen
holding-renews = Verlängert sich am { $date }
holding-first-payment = Die erste Zahlung ist am { $date }
holding-read-until = Sie können bis zum { $date } lesen
holding-due-by = Bitte aktualisieren Sie Ihre Karte bis zum { $date }, damit Sie weiterlesen können
holding-until = Bis zum { $date }
manage-billing = Zahlungen verwalten
holding-with-amount = { $what }: { $amount }
manage-resume = Zahlungen verwalten oder fortsetzen
manage-card = Karte aktualisieren
manage-change = Angebot wechseln
manage-end = Kündigen

## Devices

devices-heading = Wo Sie angemeldet sind
device-both = { $browser } auf { $system }
device-unknown = Ein unbekannter Browser
device-here = (dieses Gerät)
device-since = Seit dem { $date }
device-seen = Seit dem { $since }, zuletzt gesehen am { $seen }
device-sign-out = Gerät abmelden
device-gave-way = { $device }, zuletzt gesehen am { $seen }, wurde abgemeldet, weil Sie sich anderswo angemeldet haben. { $most ->
    [one] Sie können auf höchstens { $most } Gerät zugleich angemeldet sein.
   *[other] Sie können auf höchstens { $most } Geräten zugleich angemeldet sein.
}
devices-sign-out-others = Alle anderen abmelden
devices-sign-out-all = Überall abmelden
sign-out = Abmelden
signed-out-limit = Sie wurden hier abgemeldet, weil Sie sich seitdem auf anderen Geräten angemeldet haben und es zu viele auf einmal waren. Melden Sie sich wieder an; Sie brauchen nicht noch einmal zu bezahlen.
signed-out-elsewhere = Sie sind hier nicht mehr angemeldet. Wenn Sie bezahlt haben, melden Sie sich wieder an: Sie brauchen nicht noch einmal zu bezahlen.
signed-out-join-mail = Was Sie hier gekauft haben, gehört jetzt zu Ihrer E-Mail-Adresse. Melden Sie sich per Mail an; Sie brauchen nicht noch einmal zu bezahlen.
signed-out-join-ask = Was Sie hier gekauft haben, gehört jetzt zu Ihrer E-Mail-Adresse. Bitten Sie { $contact } um einen Anmeldelink; Sie brauchen nicht noch einmal zu bezahlen.

## New in accounts

signed-out-lost = Haben Sie sich gerade angemeldet oder bezahlt? Dann behält Ihr Browser das Cookie nicht, an dem diese Website Sie erkennt: Erlauben Sie Cookies für { $url } und melden Sie sich wieder an. Sie brauchen nicht noch einmal zu bezahlen.
mail-sent-lead = Eine Mail an { $email } ist unterwegs. Öffnen Sie den Link darin auf dem anderen Gerät, auf dem Sie lesen möchten. Er gilt zehn Minuten.
bounced-heading = Sie drehen sich im Kreis
bounced-no-cookie = Sie haben sich angemeldet oder bezahlt, aber Ihr Browser behält das Cookie nicht, an dem diese Website Sie erkennt. Es ist nichts verloren, und Sie brauchen nicht noch einmal zu bezahlen.
bounced-allow-cookies = Erlauben Sie Cookies für { $url }, oder öffnen Sie die Seite in einem anderen Browser und melden Sie sich dort an.
bounced-elsewhere = Sie sind unter einer anderen Adresse hier als der, unter der diese Website ihre Leser anmeldet. Es ist nichts verloren, und Sie brauchen nicht noch einmal zu bezahlen.
bounced-read-there = Dort lesen: { $url }
bounced-bad-cookie = Sie haben sich angemeldet oder bezahlt, aber Ihr Browser sendet ein Cookie, das hier nicht gilt. Es ist nichts verloren, und Sie brauchen nicht noch einmal zu bezahlen.
bounced-delete-cookies = Löschen Sie die Cookies von { $url } in Ihrem Browser und melden Sie sich wieder an. Wenn das nicht hilft, hilft { $contact }: Vielleicht geht die Uhr des Servers falsch.
bounced-offer = Zum Angebot
farewell-title = Konto löschen
farewell-ask-heading = Ihr Konto löschen?
farewell-of = Dies ist das Konto von { $email }.
farewell-what = Alles, was { $site } über Sie weiß, wird hier gelöscht: Ihre Adresse, Ihre Geräte und was Sie gekauft haben. Das lässt sich nicht rückgängig machen.
farewell-ends = { $title } endet sofort. Es wird nichts mehr abgebucht, und die restliche bezahlte Zeit ist verloren. Um bis zu deren Ende zu lesen, kündigen Sie zuerst in Ihrem Konto und kommen Sie danach wieder.
farewell-bought = Auch was Sie einmalig gekauft haben, ist verloren.
farewell-bills = Die Rechnungen über Ihre Zahlungen bleiben bei { $site } und bei Stripe, die sie laut Gesetz aufbewahren müssen.
farewell-sure = Mein Konto endgültig löschen
farewell-type = Ihre E-Mail-Adresse, damit kein Programm, das Mails prüft, dies tun kann
farewell-other-address = Das ist nicht die Adresse dieses Kontos. Es wurde nichts gelöscht.
farewell-send = Bestätigungsmail senden
farewell-keep = Mein Konto behalten
farewell-asked = Eine Mail an { $email } ist unterwegs. Ihr Konto wird gelöscht, wenn Sie den Link darin öffnen und dort den Knopf drücken; bis dahin geschieht nichts.
farewell-dead = Er wurde schon verwendet, ist zu alt, oder es wurde ein neuerer gesendet.
farewell-again = Von vorn beginnen
farewell-done-heading = Ihr Konto ist gelöscht
farewell-done = Es wird nichts mehr abgebucht. Sie sind auf allen Geräten abgemeldet.
farewell-letter-subject = Ihr Konto bei { $site } löschen?
farewell-letter-lead = Jemand, der als { $email } angemeldet ist, möchte dieses Konto löschen. Wenn Sie das sind, öffnen Sie diesen Link und drücken Sie dort den Knopf:
farewell-letter-once = { $minutes ->
    [one] Der Link gilt { $minutes } Minute.
   *[other] Der Link gilt { $minutes } Minuten.
} Was Sie bezahlen, endet sofort; das lässt sich nicht rückgängig machen.
farewell-letter-not-you = Das sind nicht Sie? Dann tun Sie nichts, und melden Sie sich in Ihrem Konto überall ab. Fragen: { $contact }
offer-free-sign-in = Kostenlos per E-Mail anmelden
sign-in-lead-free = Geben Sie Ihre Adresse ein; wenn Sie bezahlt haben, dieselbe wie bei der Zahlung. Sie bekommen eine Mail mit einem Link und einem Code.
code-lead-free = Eine Mail an { $email } ist unterwegs. Geben Sie hier den Code daraus ein, dann sind Sie in diesem Browser angemeldet; oder öffnen Sie den Link dort, wo Sie lesen möchten.
