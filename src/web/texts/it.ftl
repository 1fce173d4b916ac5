# Quello che dicono le nostre pagine e le nostre e-mail, in italiano. Ai lettori si dà del tu.

direction = ltr
date = { $day ->
    [1] 1º
   *[other] { $day }
} { $month ->
    [1] gennaio
    [2] febbraio
    [3] marzo
    [4] aprile
    [5] maggio
    [6] giugno
    [7] luglio
    [8] agosto
    [9] settembre
    [10] ottobre
    [11] novembre
   *[12] dicembre
} { $year }

## On every page

test-mode = Modalità di prova: nessun pagamento reale
questions = Domande?
back-to-site = Torna a { $site }
your-account = Il tuo account
try-again = Riprova
look-again = Controlla di nuovo

## The offer

offer-title = Riservato ai lettori
offer-heading = Questa pagina è riservata ai nostri lettori
offer-lead = Scegli quello che fa per te: tra un minuto sarai di nuovo sulla pagina.
offer-all-heading = Scegli un piano
offer-left = Hai lasciato la pagina di pagamento. Non è stato addebitato nulla.
offer-not-included = Il tuo accesso non comprende questa pagina.
offer-recommended = Consigliato
offer-yours = È già tuo.
offer-awaits = Il tuo pagamento è in arrivo.
offer-paid-twice = Paghi già { $title }, che è compreso in { $plan }. Resta attivo finché non lo disdici nel tuo account.
offer-trial = { $days ->
    [one] { $days } giorno gratis, poi { $price }
   *[other] { $days } giorni gratis, poi { $price }
}
offer-start-trial = Inizia la prova gratuita
offer-get = Scegli { $plan }
offer-nothing = Al momento qui non c’è nulla in vendita. { $contact } può dirti di più.
offer-have-access = Ho già accesso
inset-heading = Continua a leggere su { $site }
inset-see-prices = Vedi i prezzi
free-left = { $left ->
    [one] Rimane { $left } pagina gratuita su { $count }.
   *[other] Rimangono { $left } pagine gratuite su { $count }.
}
free-used-day = { $count ->
    [one] Hai già letto la tua pagina gratuita del giorno.
   *[other] Hai già letto le tue { $count } pagine gratuite del giorno.
}
free-used-week = { $count ->
    [one] Hai già letto la tua pagina gratuita della settimana.
   *[other] Hai già letto le tue { $count } pagine gratuite della settimana.
}
free-used-month = { $count ->
    [one] Hai già letto la tua pagina gratuita del mese.
   *[other] Hai già letto le tue { $count } pagine gratuite del mese.
}
free-anew = Ce ne saranno altre in data { $date }.

## For whoever asked for the page itself

referral-lead = Chi ha pagato può leggerla, e puoi farlo anche tu.
referral-see = Scopri come leggerla

## Signing in

sign-in = Accedi
sign-in-heading = Accedi via e-mail
sign-in-lead = Scrivi l’indirizzo con cui hai pagato. Riceverai un’e-mail con un link e un codice.
sign-in-address = Il tuo indirizzo e-mail
sign-in-send = Invia l’e-mail
sign-in-no-address = Questo non è un indirizzo e-mail. Controlla se c’è un errore di battitura.
sign-in-ask-heading = Chiedi a { $contact } un link di accesso
sign-in-ask-lead = Hai pagato in un altro browser o su un altro dispositivo? Scrivi a { $contact } dall’indirizzo con cui hai pagato e riceverai un link.
sign-in-ask-once = Il link vale una volta sola. Aprilo sul dispositivo su cui vuoi leggere.

code-heading = Guarda la tua posta
code-lead = Se con { $email } è stato acquistato qualcosa, un’e-mail è in arrivo a quell’indirizzo. Scrivi qui il codice e accederai in questo browser; oppure apri il link dove vuoi leggere.
code-label = Le sei cifre
code-nothing-came = Dopo un paio di minuti non è arrivato nulla? Guarda nella cartella dello spam o prova con un altro indirizzo: conta quello con cui hai pagato.
code-most = A un indirizzo arrivano al massimo cinque e-mail all’ora, una al minuto; conta la più recente.
code-again = Prova con un altro indirizzo
code-not-six = Un codice ha sei cifre. Guarda di nuovo nell’e-mail.
code-too-many = Sono stati scritti troppi codici. Chiedi una nuova e-mail qui sotto.
code-used = Il link o il codice di questa e-mail è già stato usato. Se non sei stato tu, forse un programma che controlla la tua posta ha premuto il pulsante: chiedi una nuova e-mail qui sotto.
code-wrong = Questo non è il codice dell’e-mail più recente. Guarda di nuovo.

link-heading = Accedere come { $email }?
link-not-asked = Questo browser non ha chiesto l’e-mail. Per accedere dove l’hai chiesta, scrivi lì il codice dell’e-mail. Qualcuno ti ha mandato questo link? Allora chiudi la pagina.
link-opens = Questo apre, in questo browser, tutto ciò a cui { $email } ha accesso.
link-leaves = Qui hai effettuato l’accesso come { $email }: questo accesso termina, e ciò che è stato acquistato con quell’indirizzo resta lì. { $contact } può riunire il tutto.
link-leaves-nameless = Qui hai effettuato l’accesso senza indirizzo: questo accesso termina, e ciò che è stato acquistato così non ti segue. { $contact } può riunire il tutto.
link-not-you = Se non sei tu, chiudi la pagina: non è ancora successo nulla.
link-dead-heading = Questo link non funziona più
link-dead-mail = Un link di accesso vale una sola volta e per poco tempo.
link-dead-again = Ricevine uno nuovo via e-mail
link-dead-ask = Un link di accesso vale una sola volta e per un giorno. Chiedine uno nuovo a { $contact }.

## The sign-in mail

letter-subject = { $code } è il tuo codice per { $site }
letter-heading = Accesso a { $site }
letter-code = Il tuo codice:
letter-type-or-sign-in = Scrivilo sulla pagina dove hai chiesto questa e-mail. Oppure accedi su questo dispositivo:
letter-sign-in-there = Premi qui sul dispositivo su cui vuoi leggere:
letter-type-or-open = Scrivilo sulla pagina dove hai chiesto questa e-mail. Oppure apri questo indirizzo sul dispositivo su cui vuoi leggere:
letter-open = Apri questo indirizzo sul dispositivo su cui vuoi leggere:
letter-once = { $minutes ->
    [one] Entrambi valgono una volta, per { $minutes } minuto.
   *[other] Entrambi valgono una volta, per { $minutes } minuti.
}
letter-not-you = Non l’hai chiesta tu? Allora non fare nulla: senza questa e-mail nessuno può accedere come { $email }. Domande: { $contact }

## The inbox of the demo

inbox-title = Posta in arrivo
inbox-heading = Posta in arrivo della demo
inbox-lead = Dalla demo non esce nessuna e-mail: quello che invierebbe è qui, a partire dal più recente.
inbox-to = A { $email }
inbox-open = Apri il link di questa e-mail
inbox-empty = Non è ancora stato inviato nulla.

## After paying

waiting-title = In arrivo
waiting-heading = Il tuo pagamento è in arrivo
waiting-lead = Un pagamento bancario può richiedere qualche giorno. Non devi fare nulla e non ti verrà addebitato di nuovo: la pagina si aprirà da sola quando il denaro sarà arrivato.

unconfirmed-title = Grazie
unconfirmed-heading = Grazie. Un momento, per favore
unconfirmed-stripe = Stiamo aspettando che Stripe confermi il tuo pagamento, e al momento Stripe non è raggiungibile. Se hai pagato, nulla è perduto e non devi pagare di nuovo: la tua pagina si aprirà da sola appena Stripe risponderà.
unconfirmed-store = Al momento non possiamo registrare il tuo pagamento. Se hai pagato, nulla è perduto e non devi pagare di nuovo: la tua pagina si aprirà da sola appena sarà possibile.

paid-title = Pagato
paid-heading = Pagato. Grazie!
paid-heading-waiting = Il tuo pagamento è in arrivo. Grazie!
paid-mail = Apri questa pagina nel browser in cui hai pagato, oppure accedi qui: un’e-mail con un link è in arrivo all’indirizzo scritto al momento del pagamento.
paid-ask = Apri questa pagina nel browser in cui hai pagato, oppure chiedi a { $contact } un link di accesso.

## At Stripe

till-sign-in = Hai già accesso?

## What can go wrong: a heading, and advice

one-moment = Un momento, per favore
not-valid = Questa richiesta non è valida
does-not-work = Qui non funziona
not-understood = Non abbiamo capito
too-much = È troppo
not-set-up = Questo sito non è configurato correttamente

problem-no-page = Pagina non trovata
    .advice = Qui non c’è nessuna pagina del genere. L’indirizzo potrebbe essere troncato o scritto male.
problem-nothing-behind = Pagina non trovata
    .advice = Questo server sa soltanto chi può leggere. Se lo gestisci: è il server davanti che mostra le pagine, e manda qui solo /_tollhouse/.
problem-unclear = Non si può aprire
    .advice = Questo indirizzo qui non si può aprire. Torna alla pagina iniziale del sito.
problem-no-plan = Piano non trovato
    .advice = Il link a questa offerta indica un piano che qui non è più in vendita. Tutte le offerte: { $url }
problem-wrong-method = { does-not-work }
    .advice = Questo indirizzo non si usa così. Torna indietro e usa il pulsante.
problem-incomplete-address = { not-understood }
    .advice = Questo indirizzo non è completo. Torna alla pagina che volevi leggere.
problem-incomplete-form = { not-understood }
    .advice = Questo modulo è arrivato incompleto, quindi non è stato fatto nulla. Torna alla pagina e riprova.
problem-no-price = { not-understood }
    .advice = Questo prezzo qui non è più disponibile. Torna alla pagina e scegli di nuovo.
problem-not-yours = { not-understood }
    .advice = Questo non fa parte del tuo account. Torna al tuo account e riprova da lì.
problem-other-site = La richiesta viene da altrove
    .advice = Questo modulo è stato inviato da un altro sito, quindi non è stato fatto nulla. Vai alla pagina stessa e riprova lì.
problem-too-many-links = { one-moment }
    .advice = Dalla tua rete sono stati provati troppi link di accesso. Aspetta un minuto, poi apri di nuovo il tuo: vale ancora.
problem-too-many-mails = { one-moment }
    .advice = Dalla tua rete sono state chieste troppe e-mail di accesso. Aspetta un minuto. Se ne hai già una, il link e il codice valgono ancora.
problem-too-many-checkouts = { one-moment }
    .advice = Dalla tua rete sono stati iniziati troppi pagamenti. Non è stato addebitato nulla: aspetta qualche minuto e riprova.
problem-cannot-look-up = { one-moment }
    .advice = Al momento non possiamo verificare il tuo accesso. Nulla è perduto: riprova tra un minuto.
problem-till-away = { one-moment }
    .advice = Al momento la pagina di pagamento non è raggiungibile. Non è stato addebitato nulla: riprova tra un minuto.
problem-till-wrong = Al momento non si può acquistare
    .advice = I pagamenti di questo sito non sono configurati correttamente, quindi non è stato addebitato nulla. Per favore, avvisa il proprietario.
problem-cannot-sell = { one-moment }
    .advice = Al momento non si può acquistare, perché non siamo riusciti a registrarlo. Non è stato addebitato nulla: riprova tra un minuto.
problem-portal-away = { one-moment }
    .advice = Al momento le tue fatture non sono accessibili. Riprova tra un minuto.
problem-portal-wrong = Al momento non è possibile mostrare le tue fatture
    .advice = La pagina delle tue fatture non è configurata correttamente. Rivolgiti al proprietario di questo sito, che può controllare e disdire per te.
problem-deletion-away = { one-moment }
    .advice = Il tuo account non è stato eliminato, perché non è stato possibile disdire ciò che paghi. Riprova tra un minuto.
problem-deletion-wrong = Al momento non è possibile eliminare il tuo account
    .advice = Il tuo account non è stato eliminato, perché non è stato possibile disdire ciò che paghi. Rivolgiti al proprietario di questo sito.
problem-payment-away = { one-moment }
    .advice = Al momento non possiamo verificare il tuo pagamento. Se hai pagato, non è perduto: ricarica questa pagina tra un minuto.
problem-payment-wrong = Al momento non è possibile verificare il tuo pagamento
    .advice = Non possiamo verificare il tuo pagamento. Se hai pagato, non è perduto: rivolgiti al proprietario di questo sito.
problem-half-signed-out = { one-moment }
    .advice = In questo browser l’accesso è terminato. Non siamo riusciti a registrarlo: se qualcuno potesse avere una copia del tuo accesso, accedi ed esci di nuovo tra un minuto.

problem-address = Questo indirizzo non è valido
    .advice = Questo indirizzo non si può aprire: { $rule ->
        [control] contiene uno spazio o un carattere di controllo non codificato
        [fragment] contiene un # non codificato
        [foreign] non è né un percorso né un indirizzo di questo sito
        [percent] contiene un % non seguito da due cifre esadecimali
        [backslash] contiene una barra rovesciata
        [slash] contiene una barra codificata (%2F)
        [utf-8] contiene byte codificati che non sono UTF-8
        [encoded-control] contiene un carattere di controllo codificato
        [dots] contiene un segmento di soli punti o spazi
        [deep] ha troppi segmenti
       *[ambiguous] si può leggere in troppi modi
    }.
problem-host = { not-valid }
    .advice = La richiesta deve indicare un host. Apri la pagina in un browser.
problem-other-host = Questo è un altro sito
    .advice = Questo server è { $url }, ma gli è stato chiesto «{ $host }». Se lo gestisci: un proxy che sta davanti deve passare l’host del visitatore (nginx: proxy_set_header Host $host;), e [site] url deve essere l’indirizzo che i visitatori usano; gli altri nomi del sito vanno in [site] also.
problem-loop = { not-set-up }
    .advice = Questa richiesta è tornata da dove era partita. Se gestisci questo sito: [site] origin deve essere il sito dietro il paywall, non { $url } stesso.
problem-method = { does-not-work }
    .advice = Questo server non accetta { $method }.
problem-needless-body = { not-valid }
    .advice = Qui una richiesta { $method } non ha contenuto. Apri la pagina in un browser.
problem-body = { too-much }
    .advice = Quello che hai inviato è troppo grande: si accettano al massimo { $bytes } byte.
problem-body-of-site = { too-much }
    .advice = Quello che hai inviato è più grande di quanto questo sito accetti.
problem-malformed = { not-valid }
    .advice = La richiesta non è comprensibile. Apri la pagina in un browser.
problem-slow-body = Ci è voluto troppo tempo
    .advice = Il resto di quello che hai inviato non è arrivato in tempo. Riprova.
problem-origin-slow = Il sito non risponde
    .advice = Il sito ha impiegato troppo tempo a rispondere. Riprova tra un minuto.
problem-origin-away = Il sito non è raggiungibile
    .advice = Al momento il sito non è raggiungibile. Riprova tra un minuto.
problem-ours = Qualcosa è andato storto
    .advice = Qualcosa è andato storto da parte nostra. Riprova tra un minuto.

## The account

account-signed-in = Accesso effettuato come { $email }.
account-here-mail = Hai effettuato l’accesso solo in questo browser. Per leggere anche su un altro dispositivo, chiedi un’e-mail all’indirizzo con cui hai pagato.
account-get-mail = Ricevi un’e-mail di accesso
account-here-ask = Hai effettuato l’accesso solo in questo browser. Se esci, chiedi a { $contact } un link di accesso per tornare.
account-pending = Il tuo pagamento per { $title } è in arrivo. L’accesso si aprirà da solo quando il denaro sarà arrivato.
account-failed = La banca non ha pagato { $title }. Non è stato addebitato nulla.
account-buy-again = Puoi acquistarlo di nuovo
account-nothing = Qui non hai ancora accesso a nulla.
account-see-offers = Guarda che cosa c’è
account-included = { $title } comprende già questo: puoi disdire questo abbonamento senza perdere nulla.
account-bank-asks = La tua banca potrebbe chiederti di confermare il pagamento.
account-confirm = Conferma o paga sulla fattura
account-owes = Un pagamento non è andato a buon fine e l’accesso è terminato. Aggiorna la tua carta e potrai continuare a leggere.
account-pay = Paga la fattura
account-also = Accedi anche su un altro dispositivo: invia un’e-mail
account-data = Scarica i miei dati
account-delete = Elimina il mio account
back-to-account = Torna al tuo account
withdrawn-refunded = Il tuo pagamento per { $title } è stato rimborsato: l’accesso corrispondente è terminato.
withdrawn-disputed = La tua banca sta esaminando il pagamento per { $title }. Nel frattempo l’accesso è sospeso.
withdrawn-dispute-lost = La tua banca ha stornato il pagamento per { $title }: l’accesso corrispondente è terminato.
withdrawn-fraud-warning = La tua banca ha una domanda sul pagamento per { $title }, e l’accesso è sospeso.
holding-active = Abbonamento attivo
holding-trial = Prova gratuita
holding-canceled = Disdetto
holding-paused = Il proprietario di questo sito ha sospeso i pagamenti
holding-due = L’ultimo pagamento non è andato a buon fine
holding-bought = Tuo, con un pagamento unico
holding-given = Regalato dal proprietario di questo sito
holding-registered = Gratis con il tuo indirizzo e-mail
holding-yours = Tuo
holding-renews = Si rinnova in data { $date }
holding-first-payment = Primo pagamento in data { $date }
holding-read-until = Puoi leggere fino alla scadenza: { $date }
holding-due-by = Per continuare a leggere, aggiorna la tua carta entro questa data: { $date }
holding-until = Scadenza: { $date }
manage-billing = Gestisci i pagamenti
holding-with-amount = { $what }: { $amount }
manage-resume = Gestisci i pagamenti o riprendi
manage-card = Aggiorna la tua carta
manage-change = Cambia piano
manage-end = Disdici

## Devices

devices-heading = Dove hai effettuato l’accesso
device-both = { $browser } su { $system }
device-unknown = Un browser sconosciuto
device-here = (questo dispositivo)
device-since = Primo accesso: { $date }
device-seen = Primo accesso: { $since }, ultimo accesso: { $seen }
device-sign-out = Disconnetti
device-gave-way = { $device } (ultimo accesso: { $seen }) è stato disconnesso perché hai effettuato l’accesso altrove. { $most ->
    [one] Puoi usare al massimo { $most } dispositivo.
   *[other] Puoi usare al massimo { $most } dispositivi alla volta.
}
devices-sign-out-others = Disconnetti tutti gli altri
devices-sign-out-all = Esci ovunque
sign-out = Esci
signed-out-limit = Qui il tuo accesso è terminato, perché nel frattempo hai effettuato l’accesso su altri dispositivi ed erano troppi alla volta. Accedi di nuovo: non devi pagare un’altra volta.
signed-out-elsewhere = Qui il tuo accesso non è più attivo. Se hai pagato, accedi di nuovo: non devi pagare un’altra volta.
signed-out-join-mail = Quello che hai acquistato qui ora appartiene al tuo indirizzo e-mail. Accedi via e-mail: non devi pagare di nuovo.
signed-out-join-ask = Quello che hai acquistato qui ora appartiene al tuo indirizzo e-mail. Chiedi a { $contact } un link di accesso: non devi pagare di nuovo.

## New in accounts

signed-out-lost = Hai appena effettuato l’accesso o pagato? Allora il tuo browser non conserva il cookie con cui questo sito ti riconosce: consenti i cookie per { $url } e accedi di nuovo. Non devi pagare un’altra volta.
mail-sent-lead = Un’e-mail è in arrivo a { $email }. Apri il link sull’altro dispositivo su cui vuoi leggere. Vale dieci minuti.
bounced-heading = Stai girando in tondo
bounced-no-cookie = Hai effettuato l’accesso o pagato, ma il tuo browser non conserva il cookie con cui questo sito ti riconosce. Nulla è perduto e non devi pagare di nuovo.
bounced-allow-cookies = Consenti i cookie per { $url }, oppure apri la pagina in un altro browser e accedi lì.
bounced-elsewhere = Sei a un indirizzo diverso da quello in cui questo sito fa accedere i lettori. Nulla è perduto e non devi pagare di nuovo.
bounced-read-there = Leggi lì: { $url }
bounced-bad-cookie = Hai effettuato l’accesso o pagato, ma il tuo browser invia un cookie che qui non è valido. Nulla è perduto e non devi pagare di nuovo.
bounced-delete-cookies = Elimina i cookie di { $url } nel tuo browser e accedi di nuovo. Se non basta, { $contact } può aiutarti: l’orologio del server potrebbe essere sbagliato.
bounced-offer = Vedi l’offerta
farewell-title = Elimina il tuo account
farewell-ask-heading = Eliminare il tuo account?
farewell-of = Questo è l’account di { $email }.
farewell-what = Tutto ciò che { $site } sa di te viene eliminato qui: il tuo indirizzo, i tuoi dispositivi e i tuoi acquisti. Non si può annullare.
farewell-ends = { $title } termina subito. Non viene addebitato più nulla, e il tempo pagato che resta va perduto. Per leggere fino alla fine, disdici prima nel tuo account e torna dopo.
farewell-bought = Anche ciò che hai acquistato con un pagamento unico va perduto.
farewell-bills = Le fatture di ciò che hai pagato restano presso { $site } e presso Stripe, che per legge devono conservarle.
farewell-sure = Elimina definitivamente il mio account
farewell-type = Il tuo indirizzo e-mail, perché non possa farlo un programma che controlla la posta
farewell-other-address = Questo non è l’indirizzo di questo account. Non è stato eliminato nulla.
farewell-send = Inviami l’e-mail di conferma
farewell-keep = Conserva il mio account
farewell-asked = Un’e-mail è in arrivo a { $email }. Il tuo account verrà eliminato quando aprirai il link e premerai il pulsante; fino ad allora non succede nulla.
farewell-dead = È stato usato, è troppo vecchio, oppure ne è stato inviato uno più recente.
farewell-again = Ricomincia
farewell-done-heading = Il tuo account è stato eliminato
farewell-done = Non viene addebitato più nulla. Il tuo accesso è terminato su tutti i dispositivi.
farewell-letter-subject = Eliminare il tuo account su { $site }?
farewell-letter-lead = Qualcuno che ha effettuato l’accesso come { $email } vuole eliminare questo account. Se sei tu, apri questo link e premi il pulsante:
farewell-letter-once = { $minutes ->
    [one] Il link vale { $minutes } minuto.
   *[other] Il link vale { $minutes } minuti.
} Quello che paghi termina subito, e questo non si può annullare.
farewell-letter-not-you = Non sei tu? Allora non fare nulla ed esci ovunque dal tuo account. Domande: { $contact }
offer-free-sign-in = Accedi con la tua e-mail, è gratis
sign-in-lead-free = Scrivi il tuo indirizzo; se hai pagato, quello con cui hai pagato. Riceverai un’e-mail con un link e un codice.
code-lead-free = Un’e-mail è in arrivo a { $email }. Scrivi qui il codice e accederai in questo browser; oppure apri il link dove vuoi leggere.
