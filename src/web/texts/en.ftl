# What our pages and mails say, in English. Every other language says the same, with the same names
# in { $… }; a test compares them.

# "ltr", or "rtl" for a language that is written from right to left.
direction = ltr
# Of a day: $day and $year are numbers, $month is 1 to 12.
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## On every page

test-mode = Test mode: no money moves
questions = Questions?
back-to-site = Back to { $site }
your-account = Your account
try-again = Try again
look-again = Look again

## The offer

offer-title = For readers
offer-heading = This page is for readers
offer-lead = Choose what suits you, and you are back on the page in a minute.
offer-all-heading = Choose a plan
offer-left = You left the checkout. Nothing was charged.
offer-not-included = What you have does not include this page.
offer-recommended = Recommended
offer-yours = This is yours already.
offer-awaits = Your payment for it is on its way.
offer-paid-twice = You pay for { $title } already, which { $plan } includes. It goes on until you cancel it in your account.
offer-trial = { $days ->
    [one] { $days } day free, then { $price }
   *[other] { $days } days free, then { $price }
}
offer-start-trial = Start free trial
offer-get = Get { $plan }
offer-nothing = Nothing is for sale here just now. { $contact } can tell you more.
offer-have-access = I already have access
inset-heading = Read on with { $site }
inset-see-prices = See what it costs
free-left = { $left ->
    [one] { $left } of { $count } free pages is left.
   *[other] { $left } of { $count } free pages are left.
}
free-used-day = { $count ->
    [one] You have read the one page that is free in a day.
   *[other] You have read the { $count } pages that are free in a day.
}
free-used-week = { $count ->
    [one] You have read the one page that is free in a week.
   *[other] You have read the { $count } pages that are free in a week.
}
free-used-month = { $count ->
    [one] You have read the one page that is free in a month.
   *[other] You have read the { $count } pages that are free in a month.
}
free-anew = There are more on { $date }.

## For whoever asked for the page itself

referral-lead = Whoever has paid for it can read it, and so can you.
referral-see = See how to read it

## Signing in

sign-in = Sign in
sign-in-heading = Sign in by e-mail
sign-in-lead = Type the address that you paid with. You get a mail with a link and a code.
sign-in-address = Your e-mail address
sign-in-send = Send the mail
sign-in-no-address = This is not an e-mail address. Please check it for a typing mistake.
sign-in-ask-heading = Ask { $contact } for a sign-in link
sign-in-ask-lead = You paid in another browser, or on another device? Write to { $contact } from the address that you paid with, and you get a link.
sign-in-ask-once = The link works once. Open it on the device on which you want to read.

code-heading = Check your mail
code-lead = If something was bought under { $email }, a mail is on its way to that address. Type its code here, and you are signed in in this browser; or open its link where you want to read.
code-label = The six digits
code-nothing-came = Nothing came after a minute or two? Look in the spam folder, or try another address: the one that you paid with counts.
code-most = At most five mails an hour go to one address, one a minute; the newest one counts.
code-again = Try another address
code-not-six = A code has six digits. Please look at the mail again.
code-too-many = Too many codes were typed. Ask for a new mail below.
code-used = The link or code of this mail was used already. If it was not you, a program that checks your mails may have pressed the button: ask for a new mail below.
code-wrong = This is not the code from the newest mail. Please look again.

link-heading = Sign in as { $email }?
link-not-asked = This browser did not ask for the mail. To sign in where you asked, type the code from the mail there. Somebody sent you this link? Then close the page.
link-opens = This opens, in this browser, everything that is open to { $email }.
link-leaves = You are signed in here as { $email }: that ends, and what was bought under that address stays there. { $contact } can bring it together.
link-leaves-nameless = You are signed in here without an address: that ends, and what was bought that way does not come along. { $contact } can bring it together.
link-not-you = If this is not you, close the page: nothing has happened yet.
link-dead-heading = This link does not work any more
link-dead-mail = A sign-in link works once, and not for long.
link-dead-again = Get a new one by mail
link-dead-ask = A sign-in link works once, and for a day. Ask { $contact } for a new one.

## The sign-in mail

letter-subject = { $code } is your code for { $site }
letter-heading = Sign in to { $site }
letter-code = Your code:
letter-type-or-sign-in = Type it on the page where you asked for this mail. Or sign in on this device:
letter-sign-in-there = Press this on the device on which you want to read:
letter-type-or-open = Type it on the page where you asked for this mail. Or open this address on the device on which you want to read:
letter-open = Open this address on the device on which you want to read:
letter-once = { $minutes ->
    [one] Both work once, for { $minutes } minute.
   *[other] Both work once, for { $minutes } minutes.
}
letter-not-you = You did not ask for this? Then do nothing: without this mail nobody can sign in as { $email }. Questions: { $contact }

## The inbox of the demo

inbox-title = Inbox
inbox-heading = Inbox of the demo
inbox-lead = No mail leaves the demo: what it would send is here, newest first.
inbox-to = To { $email }
inbox-open = Open the link in this mail
inbox-empty = Nothing has been sent yet.

## After paying

waiting-title = On its way
waiting-heading = Your payment is on its way
waiting-lead = A bank payment can take some days. You need not do anything, and you are not charged again: the page opens by itself when the money has come.

unconfirmed-title = Thank you
unconfirmed-heading = Thank you. One moment, please
unconfirmed-stripe = We are waiting for Stripe to confirm your payment, and Stripe cannot be reached just now. If you have paid, nothing is lost, and you need not pay again: your page opens by itself as soon as Stripe answers.
unconfirmed-store = We cannot note down your payment just now. If you have paid, nothing is lost, and you need not pay again: your page opens by itself as soon as that works again.

paid-title = Paid
paid-heading = Paid. Thank you!
paid-heading-waiting = Your payment is on its way. Thank you!
paid-mail = Open this in the browser where you paid, or sign in here: a mail with a link is on its way to the address that was typed at the checkout.
paid-ask = Open this in the browser where you paid, or ask { $contact } for a sign-in link.

## At Stripe

till-sign-in = Already have access?

## What can go wrong: a heading, and advice

one-moment = One moment, please
not-valid = That request is not valid
does-not-work = That does not work here
not-understood = That was not understood
too-much = That is too much
not-set-up = This site is not set up correctly

problem-no-page = No such page
    .advice = There is no such page here. The address may be cut off or mistyped.
problem-nothing-behind = No such page
    .advice = This server only knows who may read. If you run it: the server in front shows the pages themselves, and sends nothing but /_tollhouse/ here.
problem-unclear = That cannot be opened
    .advice = This address cannot be opened here. Go back to the site's front page.
problem-no-plan = No such plan
    .advice = The link to this offer names a plan that is not for sale here any more. All offers: { $url }
problem-wrong-method = { does-not-work }
    .advice = This address cannot be used in this way. Go back and use the button there.
problem-incomplete-address = { not-understood }
    .advice = This address is not complete. Go back to the page that you wanted to read.
problem-incomplete-form = { not-understood }
    .advice = This form came incomplete, so nothing was done. Go back to the page and try again.
problem-no-price = { not-understood }
    .advice = This price is not offered here any more. Go back to the page and choose again.
problem-not-yours = { not-understood }
    .advice = This is not yours to manage. Go back to your account and try again from there.
problem-other-site = That came from elsewhere
    .advice = This form was sent from another site, so nothing was done. Go to the page itself and try again there.
problem-too-many-links = { one-moment }
    .advice = Too many sign-in links were tried from your network. Please wait a minute, then open yours again: it still works.
problem-too-many-mails = { one-moment }
    .advice = Too many sign-in mails were asked for from your network. Please wait a minute. If you have one already, its link and its code still work.
problem-too-many-checkouts = { one-moment }
    .advice = Too many payments were started from your network. Nothing was charged: please wait a few minutes, then try again.
problem-cannot-look-up = { one-moment }
    .advice = We cannot look up your access just now. Nothing is lost: please try again in a minute.
problem-till-away = { one-moment }
    .advice = The payment page cannot be reached just now. Nothing was charged: please try again in a minute.
problem-till-wrong = This cannot be bought just now
    .advice = This site's payments are not set up correctly, so nothing was charged. Please tell its owner.
problem-cannot-sell = { one-moment }
    .advice = This cannot be bought just now, because we could not note it down. Nothing was charged: please try again in a minute.
problem-portal-away = { one-moment }
    .advice = Your bills cannot be reached just now. Please try again in a minute.
problem-portal-wrong = Your bills cannot be shown just now
    .advice = The page of your bills is not set up correctly. Please tell the owner of this site, who can look and cancel for you.
problem-deletion-away = { one-moment }
    .advice = Your account was not deleted, because what you pay for could not be ended just now. Please try again in a minute.
problem-deletion-wrong = Your account cannot be deleted just now
    .advice = Your account was not deleted, because what you pay for could not be ended. Please tell the owner of this site.
problem-payment-away = { one-moment }
    .advice = We cannot check your payment just now. If you have paid, it is not lost: load this page again in a minute.
problem-payment-wrong = Your payment cannot be checked just now
    .advice = We cannot check your payment. If you have paid, it is not lost: please tell the owner of this site.
problem-half-signed-out = { one-moment }
    .advice = You are signed out in this browser. We could not note it down just now: if somebody may have a copy of your sign-in, sign in and out again in a minute.

problem-address = That address is not valid
    .advice = This address cannot be opened: { $rule ->
        [control] it contains a space or a control character that is not encoded
        [fragment] it contains a # that is not encoded
        [foreign] it is neither a path nor an address of this site
        [percent] it contains a % that is not followed by two hexadecimal digits
        [backslash] it contains a backslash
        [slash] it contains an encoded slash (%2F)
        [utf-8] it contains encoded bytes that are not UTF-8
        [encoded-control] it contains an encoded control character
        [dots] it contains a segment of dots or spaces only
        [deep] it has too many segments
       *[ambiguous] it can be read in too many ways
    }.
problem-host = { not-valid }
    .advice = The request must name one host. Open the page in a browser.
problem-other-host = This is another site
    .advice = This server is { $url }, but was asked for "{ $host }". If you run it: a proxy in front must pass the visitor's host on (nginx: proxy_set_header Host $host;), and [site] url must be the address that visitors use; other names of the site go into [site] also.
problem-loop = { not-set-up }
    .advice = This request came back to where it was sent from. If you run this site: [site] origin must be the website behind the paywall, not { $url } itself.
problem-method = { does-not-work }
    .advice = This server does not do { $method }.
problem-needless-body = { not-valid }
    .advice = A { $method } request has no body here. Open the page in a browser.
problem-body = { too-much }
    .advice = What you sent is too large: { $bytes } bytes are taken at most.
problem-body-of-site = { too-much }
    .advice = What you sent is larger than this site takes.
problem-malformed = { not-valid }
    .advice = The request could not be understood. Open the page in a browser.
problem-slow-body = That took too long
    .advice = The rest of what you sent did not arrive in time. Please try again.
problem-origin-slow = The website does not answer
    .advice = The website took too long to answer. Please try again in a minute.
problem-origin-away = The website cannot be reached
    .advice = The website cannot be reached just now. Please try again in a minute.
problem-ours = That went wrong
    .advice = Something went wrong on our side. Please try again in a minute.

## The account

account-signed-in = Signed in as { $email }.
account-here-mail = You are signed in, in this browser only. To read on another device too, have a mail sent to the address that you paid with.
account-get-mail = Get a sign-in mail
account-here-ask = You are signed in, in this browser only. If you sign out, ask { $contact } for a sign-in link to come back.
account-pending = Your payment for { $title } is on its way. It opens by itself when the money has come.
account-failed = The bank did not pay for { $title }. Nothing was charged.
account-buy-again = You can buy it again
account-nothing = Nothing is open to you here yet.
account-see-offers = See what there is
account-included = { $title } includes this, so you can cancel this one and lose nothing.
account-bank-asks = Your bank may ask you to confirm the payment.
account-confirm = Confirm or pay it on the invoice
account-owes = A payment did not go through, and access has ended. Update your card, and you can read on.
account-pay = Pay the invoice
account-also = Sign me in on another device too: send me a mail
account-data = Download my data
account-delete = Delete my account
back-to-account = Back to your account
withdrawn-refunded = Your payment for { $title } was refunded: what it paid for has ended.
withdrawn-disputed = Your bank is looking into your payment for { $title }. Until it has, access is paused.
withdrawn-dispute-lost = Your bank has taken back the payment for { $title }: what it paid for has ended.
withdrawn-fraud-warning = Your bank has a question about your payment for { $title }, and access is paused.
holding-active = Active subscription
holding-trial = Free trial
holding-canceled = Canceled
holding-paused = Payments are paused by the owner of this site
holding-due = The last payment did not go through
holding-bought = Yours, paid once
holding-given = Given to you by the owner of this site
holding-registered = Free with your e-mail address
holding-yours = Yours
holding-renews = Renews on { $date }
holding-first-payment = The first payment is on { $date }
holding-read-until = You can read until { $date }
holding-due-by = Please update your card by { $date }, so that you can read on
holding-until = Until { $date }
manage-billing = Manage billing
holding-with-amount = { $what }: { $amount }
manage-resume = Manage billing or resume
manage-card = Update your card
manage-change = Change plan
manage-end = Cancel subscription

## Devices

devices-heading = Where you are signed in
device-both = { $browser } on { $system }
device-unknown = An unknown browser
device-here = (this device)
device-since = Since { $date }
device-seen = Since { $since }, last seen { $seen }
device-sign-out = Sign it out
device-gave-way = { $device }, last seen { $seen }, was signed out, because you signed in elsewhere. { $most ->
    [one] You can be signed in on { $most } device at once.
   *[other] You can be signed in on { $most } devices at once.
}
devices-sign-out-others = Sign out all others
devices-sign-out-all = Sign out everywhere
sign-out = Sign out
signed-out-limit = You were signed out here, because you have since signed in on other devices, and that was too many at once. Sign in again, and you need not pay again.
signed-out-elsewhere = You are not signed in here any more. If you have paid, sign in again: you need not pay again.
signed-out-join-mail = What you bought here belongs to your e-mail address now. Sign in by mail, and you need not pay again.
signed-out-join-ask = What you bought here belongs to your e-mail address now. Ask { $contact } for a sign-in link, and you need not pay again.

## New in accounts

signed-out-lost = Did you sign in or pay just now? Then your browser does not keep the cookie by which this site knows you: allow cookies for { $url }, and sign in again. You need not pay again.
mail-sent-lead = A mail is on its way to { $email }. Open its link on the other device on which you want to read. It works for ten minutes.
bounced-heading = You are going round in circles
bounced-no-cookie = You signed in or paid, but your browser does not keep the cookie by which this site knows you. Nothing is lost, and you need not pay again.
bounced-allow-cookies = Allow cookies for { $url }, or open the page in another browser, and sign in there.
bounced-elsewhere = You are at another address than the one where this site signs its readers in. Nothing is lost, and you need not pay again.
bounced-read-there = Read there: { $url }
bounced-bad-cookie = You signed in or paid, but your browser sends a cookie that is not valid here. Nothing is lost, and you need not pay again.
bounced-delete-cookies = Delete the cookies of { $url } in your browser, and sign in again. If that does not help, { $contact } can: the clock of the server may be wrong.
bounced-offer = See the offer
farewell-title = Delete your account
farewell-ask-heading = Delete your account?
farewell-of = This is the account of { $email }.
farewell-what = Everything that { $site } knows about you is deleted here: your address, your devices, and what you bought. It cannot be undone.
farewell-ends = { $title } ends at once. Nothing more is charged, and what is left of the paid time is lost. To read until its end, cancel it in your account first, and come back then.
farewell-bought = What you bought once is lost, too.
farewell-bills = The bills for what you paid stay with { $site } and with Stripe, who must keep them by law.
farewell-sure = Delete my account for good
farewell-type = Your e-mail address, so that no program that checks mails can do this
farewell-other-address = This is not the address of this account. Nothing was deleted.
farewell-send = Send me the mail that confirms it
farewell-keep = Keep my account
farewell-asked = A mail is on its way to { $email }. Your account is deleted when you open its link and press the button there; until then nothing happens.
farewell-dead = It was used, or is too old, or a newer one was sent.
farewell-again = Begin again
farewell-done-heading = Your account is deleted
farewell-done = Nothing more is charged. You are signed out on every device.
farewell-letter-subject = Delete your account at { $site }?
farewell-letter-lead = Somebody who is signed in as { $email } wants to delete this account. If it is you, open this and press the button there:
farewell-letter-once = { $minutes ->
    [one] It works for { $minutes } minute.
   *[other] It works for { $minutes } minutes.
} What you pay for ends at once, and it cannot be undone.
farewell-letter-not-you = It is not you? Then do nothing, and sign out everywhere in your account. Questions: { $contact }
offer-free-sign-in = Sign in with your e-mail, it is free
sign-in-lead-free = Type your address; if you paid, the one that you paid with. You get a mail with a link and a code.
code-lead-free = A mail is on its way to { $email }. Type its code here, and you are signed in in this browser; or open its link where you want to read.
