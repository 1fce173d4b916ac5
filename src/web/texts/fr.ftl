# Ce que disent nos pages et nos courriels, en français. Les lecteurs sont vouvoyés.

direction = ltr
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }

## On every page

test-mode = Mode test : aucun paiement réel
questions = Des questions ?
back-to-site = Retour à { $site }
your-account = Votre compte
try-again = Réessayer
look-again = Vérifier à nouveau

## The offer

offer-title = Réservé aux lecteurs
offer-heading = Cette page est réservée à nos lecteurs
offer-lead = Choisissez ce qui vous convient : dans une minute, vous serez de retour sur la page.
offer-all-heading = Choisissez une formule
offer-left = Vous avez quitté la page de paiement. Rien n’a été débité.
offer-not-included = Votre accès ne comprend pas cette page.
offer-recommended = Recommandé
offer-yours = Vous l’avez déjà.
offer-awaits = Votre paiement est en cours.
offer-paid-twice = Vous payez déjà { $title }, qui est compris dans { $plan }. L’abonnement continue jusqu’à ce que vous le résiliiez dans votre compte.
offer-trial = { $days ->
    [one] { $days } jour gratuit, puis { $price }
   *[other] { $days } jours gratuits, puis { $price }
}
offer-start-trial = Essayer gratuitement
offer-get = Choisir { $plan }
offer-nothing = Rien n’est en vente ici pour le moment. { $contact } peut vous en dire plus.
offer-have-access = J’ai déjà un accès
inset-heading = Lire la suite sur { $site }
inset-see-prices = Voir les tarifs
free-left = { $left ->
    [one] Il vous reste { $left } page gratuite sur { $count }.
   *[other] Il vous reste { $left } pages gratuites sur { $count }.
}
free-used-day = { $count ->
    [one] Vous avez lu votre page gratuite du jour.
   *[other] Vous avez lu vos { $count } pages gratuites du jour.
}
free-used-week = { $count ->
    [one] Vous avez lu votre page gratuite de la semaine.
   *[other] Vous avez lu vos { $count } pages gratuites de la semaine.
}
free-used-month = { $count ->
    [one] Vous avez lu votre page gratuite du mois.
   *[other] Vous avez lu vos { $count } pages gratuites du mois.
}
free-anew = Vous en aurez d’autres le { $date }.

## For whoever asked for the page itself

referral-lead = Quiconque a payé peut la lire, et vous le pouvez aussi.
referral-see = Voir comment la lire

## Signing in

sign-in = Se connecter
sign-in-heading = Se connecter par e-mail
sign-in-lead = Saisissez l’adresse avec laquelle vous avez payé. Vous recevrez un e-mail avec un lien et un code.
sign-in-address = Votre adresse e-mail
sign-in-send = Envoyer l’e-mail
sign-in-no-address = Ce n’est pas une adresse e-mail. Vérifiez qu’il n’y a pas de faute de frappe.
sign-in-ask-heading = Demandez un lien de connexion à { $contact }
sign-in-ask-lead = Vous avez payé dans un autre navigateur ou sur un autre appareil ? Écrivez à { $contact } depuis l’adresse avec laquelle vous avez payé, et vous recevrez un lien.
sign-in-ask-once = Le lien ne sert qu’une fois. Ouvrez-le sur l’appareil sur lequel vous voulez lire.

code-heading = Consultez vos e-mails
code-lead = Si un achat a été fait avec { $email }, un e-mail est en route vers cette adresse. Saisissez ici son code et vous serez connecté dans ce navigateur ; ou ouvrez son lien là où vous voulez lire.
code-label = Les six chiffres
code-nothing-came = Rien au bout d’une minute ou deux ? Regardez dans les courriers indésirables, ou essayez une autre adresse : c’est celle avec laquelle vous avez payé qui compte.
code-most = Une adresse reçoit au plus cinq e-mails par heure, un par minute ; le plus récent compte.
code-again = Essayer une autre adresse
code-not-six = Un code a six chiffres. Regardez à nouveau dans l’e-mail.
code-too-many = Trop de codes ont été saisis. Demandez un nouvel e-mail ci-dessous.
code-used = Le lien ou le code de cet e-mail a déjà été utilisé. Si ce n’était pas vous, un programme qui contrôle vos e-mails a peut-être appuyé sur le bouton : demandez un nouvel e-mail ci-dessous.
code-wrong = Ce n’est pas le code du dernier e-mail. Vérifiez à nouveau.

link-heading = Se connecter en tant que { $email } ?
link-not-asked = Ce navigateur n’a pas demandé cet e-mail. Pour vous connecter là où vous l’avez demandé, saisissez-y le code de l’e-mail. Quelqu’un vous a envoyé ce lien ? Alors fermez la page.
link-opens = Cela ouvre, dans ce navigateur, tout ce à quoi { $email } a accès.
link-leaves = Vous êtes connecté ici en tant que { $email } : cette connexion prendra fin, et ce qui a été acheté avec cette adresse y restera. { $contact } peut réunir le tout.
link-leaves-nameless = Vous êtes connecté ici sans adresse : cette connexion prendra fin, et ce qui a été acheté ainsi ne suivra pas. { $contact } peut réunir le tout.
link-not-you = Si ce n’est pas vous, fermez la page : rien ne s’est encore passé.
link-dead-heading = Ce lien ne fonctionne plus
link-dead-mail = Un lien de connexion ne sert qu’une fois, et pas longtemps.
link-dead-again = En recevoir un nouveau par e-mail
link-dead-ask = Un lien de connexion ne sert qu’une fois et n’est valable qu’un jour. Demandez-en un nouveau à { $contact }.

## The sign-in mail

letter-subject = { $code } est votre code pour { $site }
letter-heading = Connexion à { $site }
letter-code = Votre code :
letter-type-or-sign-in = Saisissez-le sur la page où vous avez demandé cet e-mail. Ou connectez-vous sur cet appareil :
letter-sign-in-there = Appuyez ici sur l’appareil sur lequel vous voulez lire :
letter-type-or-open = Saisissez-le sur la page où vous avez demandé cet e-mail. Ou ouvrez cette adresse sur l’appareil sur lequel vous voulez lire :
letter-open = Ouvrez cette adresse sur l’appareil sur lequel vous voulez lire :
letter-once = { $minutes ->
    [one] Les deux sont valables une seule fois, pendant { $minutes } minute.
   *[other] Les deux sont valables une seule fois, pendant { $minutes } minutes.
}
letter-not-you = Vous n’avez rien demandé ? Alors ne faites rien : sans cet e-mail, personne ne peut se connecter en tant que { $email }. Des questions : { $contact }

## The inbox of the demo

inbox-title = Boîte de réception
inbox-heading = Boîte de réception de la démo
inbox-lead = Aucun e-mail ne sort de la démo : ce qu’elle enverrait est ici, du plus récent au plus ancien.
inbox-to = À { $email }
inbox-open = Ouvrir le lien de cet e-mail
inbox-empty = Rien n’a encore été envoyé.

## After paying

waiting-title = En cours
waiting-heading = Votre paiement est en cours
waiting-lead = Un paiement bancaire peut prendre quelques jours. Vous n’avez rien à faire et ne serez pas débité une seconde fois : la page s’ouvrira d’elle-même quand l’argent sera arrivé.

unconfirmed-title = Merci
unconfirmed-heading = Merci. Un instant, s’il vous plaît
unconfirmed-stripe = Nous attendons que Stripe confirme votre paiement, et Stripe est injoignable en ce moment. Si vous avez payé, rien n’est perdu et vous n’avez pas à payer de nouveau : votre page s’ouvrira d’elle-même dès que Stripe répondra.
unconfirmed-store = Nous ne pouvons pas enregistrer votre paiement en ce moment. Si vous avez payé, rien n’est perdu et vous n’avez pas à payer de nouveau : votre page s’ouvrira d’elle-même dès que ce sera possible.

paid-title = Payé
paid-heading = Payé. Merci !
paid-heading-waiting = Votre paiement est en cours. Merci !
paid-mail = Ouvrez cette page dans le navigateur où vous avez payé, ou connectez-vous ici : un e-mail avec un lien est en route vers l’adresse saisie lors du paiement.
paid-ask = Ouvrez cette page dans le navigateur où vous avez payé, ou demandez un lien de connexion à { $contact }.

## At Stripe

till-sign-in = Vous avez déjà un accès ?

## What can go wrong: a heading, and advice

one-moment = Un instant, s’il vous plaît
not-valid = Cette requête n’est pas valable
does-not-work = Cela ne fonctionne pas ici
not-understood = Nous n’avons pas compris
too-much = C’est trop
not-set-up = Ce site n’est pas bien configuré

problem-no-page = Page introuvable
    .advice = Cette page n’existe pas ici. L’adresse est peut-être tronquée ou mal saisie.
problem-nothing-behind = Page introuvable
    .advice = Ce serveur sait seulement qui peut lire. Si vous l’exploitez : c’est le serveur placé devant qui montre les pages, et il n’envoie ici que /_tollhouse/.
problem-unclear = Impossible d’ouvrir cette adresse
    .advice = Cette adresse ne peut pas être ouverte ici. Revenez à la page d’accueil du site.
problem-no-plan = Formule introuvable
    .advice = Le lien vers cette offre désigne une formule qui n’est plus en vente ici. Toutes les offres : { $url }
problem-wrong-method = { does-not-work }
    .advice = Cette adresse ne s’utilise pas ainsi. Revenez en arrière et utilisez le bouton.
problem-incomplete-address = { not-understood }
    .advice = Cette adresse est incomplète. Revenez à la page que vous vouliez lire.
problem-incomplete-form = { not-understood }
    .advice = Ce formulaire est arrivé incomplet, rien n’a donc été fait. Revenez à la page et réessayez.
problem-no-price = { not-understood }
    .advice = Ce tarif n’est plus proposé ici. Revenez à la page et choisissez de nouveau.
problem-not-yours = { not-understood }
    .advice = Cela ne fait pas partie de votre compte. Revenez à votre compte et réessayez à partir de là.
problem-other-site = Cela vient d’ailleurs
    .advice = Ce formulaire a été envoyé par un autre site, rien n’a donc été fait. Allez sur la page elle-même et réessayez.
problem-too-many-links = { one-moment }
    .advice = Trop de liens de connexion ont été essayés depuis votre réseau. Attendez une minute, puis ouvrez de nouveau le vôtre : il est toujours valable.
problem-too-many-mails = { one-moment }
    .advice = Trop d’e-mails de connexion ont été demandés depuis votre réseau. Attendez une minute. Si vous en avez déjà un, son lien et son code sont toujours valables.
problem-too-many-checkouts = { one-moment }
    .advice = Trop de paiements ont été commencés depuis votre réseau. Rien n’a été débité : attendez quelques minutes, puis réessayez.
problem-cannot-look-up = { one-moment }
    .advice = Nous ne pouvons pas vérifier votre accès en ce moment. Rien n’est perdu : réessayez dans une minute.
problem-till-away = { one-moment }
    .advice = La page de paiement est inaccessible en ce moment. Rien n’a été débité : réessayez dans une minute.
problem-till-wrong = Achat impossible pour le moment
    .advice = Les paiements de ce site ne sont pas bien configurés, rien n’a donc été débité. Merci de prévenir son propriétaire.
problem-cannot-sell = { one-moment }
    .advice = L’achat est impossible pour le moment, car nous n’avons pas pu l’enregistrer. Rien n’a été débité : réessayez dans une minute.
problem-portal-away = { one-moment }
    .advice = Vos factures sont inaccessibles en ce moment. Réessayez dans une minute.
problem-portal-wrong = Vos factures ne peuvent pas être affichées pour le moment
    .advice = La page de vos factures n’est pas bien configurée. Adressez-vous au propriétaire de ce site, qui peut vérifier et résilier pour vous.
problem-deletion-away = { one-moment }
    .advice = Votre compte n’a pas été supprimé, car ce que vous payez n’a pas pu être résilié. Réessayez dans une minute.
problem-deletion-wrong = Votre compte ne peut pas être supprimé pour le moment
    .advice = Votre compte n’a pas été supprimé, car ce que vous payez n’a pas pu être résilié. Adressez-vous au propriétaire de ce site.
problem-payment-away = { one-moment }
    .advice = Nous ne pouvons pas vérifier votre paiement en ce moment. Si vous avez payé, il n’est pas perdu : rechargez cette page dans une minute.
problem-payment-wrong = Votre paiement ne peut pas être vérifié pour le moment
    .advice = Nous ne pouvons pas vérifier votre paiement. Si vous avez payé, il n’est pas perdu : adressez-vous au propriétaire de ce site.
problem-half-signed-out = { one-moment }
    .advice = Vous êtes déconnecté dans ce navigateur. Nous n’avons pas pu l’enregistrer : si quelqu’un a pu copier votre session, connectez-vous puis déconnectez-vous de nouveau dans une minute.

problem-address = Cette adresse n’est pas valable
    .advice = Cette adresse ne peut pas être ouverte : { $rule ->
        [control] elle contient une espace ou un caractère de contrôle non encodé
        [fragment] elle contient un # non encodé
        [foreign] elle n’est ni un chemin ni une adresse de ce site
        [percent] elle contient un % qui n’est pas suivi de deux chiffres hexadécimaux
        [backslash] elle contient une barre oblique inverse
        [slash] elle contient une barre oblique encodée (%2F)
        [utf-8] elle contient des octets encodés qui ne sont pas de l’UTF-8
        [encoded-control] elle contient un caractère de contrôle encodé
        [dots] elle contient un segment fait seulement de points ou d’espaces
        [deep] elle a trop de segments
       *[ambiguous] elle peut se lire de trop de façons
    }.
problem-host = { not-valid }
    .advice = La requête doit nommer un hôte. Ouvrez la page dans un navigateur.
problem-other-host = Ceci est un autre site
    .advice = Ce serveur est { $url }, mais « { $host } » lui a été demandé. Si vous l’exploitez : un proxy placé devant doit transmettre l’hôte du visiteur (nginx : proxy_set_header Host $host;), et [site] url doit être l’adresse que les visiteurs utilisent ; les autres noms du site vont dans [site] also.
problem-loop = { not-set-up }
    .advice = Cette requête est revenue à son point de départ. Si vous exploitez ce site : [site] origin doit être le site derrière le paywall, et non { $url } lui-même.
problem-method = { does-not-work }
    .advice = Ce serveur ne connaît pas { $method }.
problem-needless-body = { not-valid }
    .advice = Une requête { $method } n’a pas de contenu ici. Ouvrez la page dans un navigateur.
problem-body = { too-much }
    .advice = Ce que vous avez envoyé est trop volumineux : { $bytes } octets sont acceptés au maximum.
problem-body-of-site = { too-much }
    .advice = Ce que vous avez envoyé dépasse la taille que ce site accepte.
problem-malformed = { not-valid }
    .advice = La requête n’a pas pu être comprise. Ouvrez la page dans un navigateur.
problem-slow-body = Cela a pris trop de temps
    .advice = Le reste de votre envoi n’est pas arrivé à temps. Réessayez.
problem-origin-slow = Le site ne répond pas
    .advice = Le site a mis trop de temps à répondre. Réessayez dans une minute.
problem-origin-away = Le site est inaccessible
    .advice = Le site est inaccessible en ce moment. Réessayez dans une minute.
problem-ours = Un problème est survenu
    .advice = Quelque chose s’est mal passé de notre côté. Réessayez dans une minute.

## The account

account-signed-in = Connecté en tant que { $email }.
account-here-mail = Vous êtes connecté, dans ce navigateur seulement. Pour lire aussi sur un autre appareil, demandez un e-mail à l’adresse avec laquelle vous avez payé.
account-get-mail = Recevoir un e-mail de connexion
account-here-ask = Vous êtes connecté, dans ce navigateur seulement. Si vous vous déconnectez, demandez un lien de connexion à { $contact } pour revenir.
account-pending = Votre paiement pour { $title } est en cours. L’accès s’ouvrira de lui-même dès que l’argent sera arrivé.
account-failed = La banque n’a pas réglé { $title }. Rien n’a été débité.
account-buy-again = Vous pouvez l’acheter de nouveau
account-nothing = Vous n’avez encore accès à rien ici.
account-see-offers = Voir les offres
account-included = { $title } comprend déjà ceci : vous pouvez résilier cet abonnement-ci sans rien perdre.
account-bank-asks = Votre banque vous demande peut-être de confirmer le paiement.
account-confirm = Confirmer ou payer sur la facture
account-owes = Un paiement n’a pas abouti et l’accès a pris fin. Mettez votre carte à jour et vous pourrez continuer à lire.
account-pay = Payer la facture
account-also = Me connecter aussi sur un autre appareil : m’envoyer un e-mail
account-data = Télécharger mes données
account-delete = Supprimer mon compte
back-to-account = Retour à votre compte
withdrawn-refunded = Votre paiement pour { $title } a été remboursé : l’accès correspondant a pris fin.
withdrawn-disputed = Votre banque examine votre paiement pour { $title }. En attendant, l’accès est suspendu.
withdrawn-dispute-lost = Votre banque a récupéré le paiement pour { $title } : l’accès correspondant a pris fin.
withdrawn-fraud-warning = Votre banque a une question sur votre paiement pour { $title }, et l’accès est suspendu.
holding-active = Abonnement en cours
holding-trial = Essai gratuit
holding-canceled = Résilié
holding-paused = Les paiements sont suspendus par le propriétaire de ce site
holding-due = Le dernier paiement n’a pas abouti
holding-bought = À vous, payé en une fois
holding-given = Offert par le propriétaire de ce site
holding-registered = Gratuit avec votre adresse e-mail
holding-yours = À vous
holding-renews = Renouvellement le { $date }
holding-first-payment = Le premier paiement aura lieu le { $date }
holding-read-until = Vous pouvez lire jusqu’au { $date }
holding-due-by = Mettez votre carte à jour au plus tard le { $date } pour continuer à lire
holding-until = Jusqu’au { $date }
manage-billing = Gérer la facturation
holding-with-amount = { $what } : { $amount }
manage-resume = Gérer la facturation ou reprendre
manage-card = Mettre votre carte à jour
manage-change = Changer de formule
manage-end = Résilier

## Devices

devices-heading = Où vous êtes connecté
device-both = { $browser } sur { $system }
device-unknown = Un navigateur inconnu
device-here = (cet appareil)
device-since = Depuis le { $date }
device-seen = Depuis le { $since }, vu pour la dernière fois le { $seen }
device-sign-out = Déconnecter
device-gave-way = { $device }, vu pour la dernière fois le { $seen }, a été déconnecté parce que vous vous êtes connecté ailleurs. { $most ->
    [one] Vous pouvez être connecté sur { $most } appareil au maximum.
   *[other] Vous pouvez être connecté sur { $most } appareils à la fois au maximum.
}
devices-sign-out-others = Déconnecter tous les autres
devices-sign-out-all = Se déconnecter partout
sign-out = Se déconnecter
signed-out-limit = Vous avez été déconnecté ici, car vous vous êtes connecté depuis sur d’autres appareils, et cela en faisait trop à la fois. Reconnectez-vous : vous n’avez pas à payer de nouveau.
signed-out-elsewhere = Vous n’êtes plus connecté ici. Si vous avez payé, reconnectez-vous : vous n’avez pas à payer de nouveau.
signed-out-join-mail = Ce que vous avez acheté ici est désormais lié à votre adresse e-mail. Connectez-vous par e-mail : vous n’avez pas à payer de nouveau.
signed-out-join-ask = Ce que vous avez acheté ici est désormais lié à votre adresse e-mail. Demandez un lien de connexion à { $contact } : vous n’avez pas à payer de nouveau.

## New in accounts

signed-out-lost = Venez-vous de vous connecter ou de payer ? Alors votre navigateur ne garde pas le cookie par lequel ce site vous reconnaît : autorisez les cookies pour { $url } et reconnectez-vous. Vous n’avez pas à payer de nouveau.
mail-sent-lead = Un e-mail est en route vers { $email }. Ouvrez son lien sur l’autre appareil sur lequel vous voulez lire. Il est valable dix minutes.
bounced-heading = Vous tournez en rond
bounced-no-cookie = Vous vous êtes connecté ou avez payé, mais votre navigateur ne garde pas le cookie par lequel ce site vous reconnaît. Rien n’est perdu, et vous n’avez pas à payer de nouveau.
bounced-allow-cookies = Autorisez les cookies pour { $url }, ou ouvrez la page dans un autre navigateur et connectez-vous là.
bounced-elsewhere = Vous êtes à une autre adresse que celle où ce site connecte ses lecteurs. Rien n’est perdu, et vous n’avez pas à payer de nouveau.
bounced-read-there = Lire là-bas : { $url }
bounced-bad-cookie = Vous vous êtes connecté ou avez payé, mais votre navigateur envoie un cookie qui n’est pas valable ici. Rien n’est perdu, et vous n’avez pas à payer de nouveau.
bounced-delete-cookies = Supprimez les cookies de { $url } dans votre navigateur et reconnectez-vous. Si cela ne suffit pas, adressez-vous à { $contact } : l’horloge du serveur est peut-être déréglée.
bounced-offer = Voir l’offre
farewell-title = Supprimer votre compte
farewell-ask-heading = Supprimer votre compte ?
farewell-of = Il s’agit du compte de { $email }.
farewell-what = Tout ce que { $site } sait de vous est supprimé ici : votre adresse, vos appareils et vos achats. C’est irréversible.
farewell-ends = { $title } prend fin immédiatement. Plus rien n’est débité, et le temps payé restant est perdu. Pour lire jusqu’à son terme, résiliez-le d’abord dans votre compte, puis revenez.
farewell-bought = Ce que vous avez payé en une fois est perdu aussi.
farewell-bills = Les factures de vos paiements restent chez { $site } et chez Stripe, que la loi oblige à les conserver.
farewell-sure = Supprimer mon compte définitivement
farewell-type = Votre adresse e-mail, pour qu’aucun programme qui contrôle les e-mails ne puisse le faire
farewell-other-address = Ce n’est pas l’adresse de ce compte. Rien n’a été supprimé.
farewell-send = M’envoyer l’e-mail de confirmation
farewell-keep = Garder mon compte
farewell-asked = Un e-mail est en route vers { $email }. Votre compte sera supprimé quand vous ouvrirez son lien et appuierez sur le bouton ; d’ici là, rien ne se passe.
farewell-dead = Il a été utilisé, est trop ancien, ou un plus récent a été envoyé.
farewell-again = Recommencer
farewell-done-heading = Votre compte est supprimé
farewell-done = Plus rien n’est débité. Vous êtes déconnecté sur tous les appareils.
farewell-letter-subject = Supprimer votre compte sur { $site } ?
farewell-letter-lead = Quelqu’un qui est connecté en tant que { $email } veut supprimer ce compte. Si c’est vous, ouvrez ce lien et appuyez sur le bouton :
farewell-letter-once = { $minutes ->
    [one] Le lien est valable { $minutes } minute.
   *[other] Le lien est valable { $minutes } minutes.
} Ce que vous payez prend fin immédiatement, et c’est irréversible.
farewell-letter-not-you = Ce n’est pas vous ? Alors ne faites rien et déconnectez-vous partout depuis votre compte. Des questions : { $contact }
offer-free-sign-in = Se connecter par e-mail, c’est gratuit
sign-in-lead-free = Saisissez votre adresse ; si vous avez payé, celle avec laquelle vous avez payé. Vous recevrez un e-mail avec un lien et un code.
code-lead-free = Un e-mail est en route vers { $email }. Saisissez ici son code et vous serez connecté dans ce navigateur ; ou ouvrez son lien là où vous voulez lire.
