# ページとメールの文面(日本語)。読者には「です・ます」で話します。

direction = ltr
date = { $year }年{ $month }月{ $day }日

## On every page

test-mode = テストモード：実際のお金は動きません
questions = お問い合わせ：
back-to-site = { $site }に戻る
your-account = アカウント
try-again = もう一度試す
look-again = もう一度確認する

## The offer

offer-title = 読者限定
offer-heading = このページは読者限定です
offer-lead = ご希望のプランをお選びください。1分ほどでこのページに戻れます。
offer-all-heading = プランをお選びください
offer-left = お支払い手続きを中断しました。料金は発生していません。
offer-not-included = 現在ご利用中の内容に、このページは含まれていません。
offer-recommended = おすすめ
offer-yours = すでにご利用中です。
offer-awaits = お支払いの確認を待っています。
offer-paid-twice = { $plan }に含まれる{ $title }の料金を、すでにお支払いいただいています。アカウントで解約されるまで継続します。
offer-trial = { $days }日間無料、その後は{ $price }
offer-start-trial = 無料体験を始める
offer-get = { $plan }を選ぶ
offer-nothing = 現在ご購入いただけるものはありません。詳しくは{ $contact }にお問い合わせください。
offer-have-access = すでにアクセス権をお持ちの方
inset-heading = { $site }で続きを読む
inset-see-prices = 料金を見る
free-left = 無料で読めるページは{ $count }件中あと{ $left }件です。
free-used-day = 1日に無料で読めるページ（{ $count }件）を読み終えました。
free-used-week = 1週間に無料で読めるページ（{ $count }件）を読み終えました。
free-used-month = 1か月に無料で読めるページ（{ $count }件）を読み終えました。
free-anew = { $date }からまた無料で読めます。

## For whoever asked for the page itself

referral-lead = ご購入された方がお読みいただけるページです。今からご購入いただいてもお読みになれます。
referral-see = 読む方法を見る

## Signing in

sign-in = サインイン
sign-in-heading = メールでサインイン
sign-in-lead = お支払いに使ったメールアドレスを入力してください。リンクとコードをメールでお送りします。
sign-in-address = メールアドレス
sign-in-send = メールを送る
sign-in-no-address = メールアドレスの形式が正しくありません。入力をご確認ください。
sign-in-ask-heading = { $contact }にサインイン用リンクをご依頼ください
sign-in-ask-lead = 別のブラウザーや端末でお支払いになりましたか？ お支払いに使ったメールアドレスから{ $contact }にご連絡いただければ、リンクをお送りします。
sign-in-ask-once = リンクは1回だけ使えます。読みたい端末で開いてください。

code-heading = メールをご確認ください
code-lead = { $email }でのご購入があれば、そのアドレスにメールをお送りしています。メールのコードをここに入力すると、このブラウザーでサインインできます。または、読みたい端末でメールのリンクを開いてください。
code-label = 6桁の数字
code-nothing-came = 数分たっても届きませんか？ 迷惑メールフォルダーをご確認いただくか、別のアドレスをお試しください。お支払いに使ったアドレスが必要です。
code-most = 一つのアドレスに送るメールは1時間に5通、1分に1通までです。最新のメールが有効です。
code-again = 別のアドレスを試す
code-not-six = コードは6桁の数字です。もう一度メールをご確認ください。
code-too-many = コードの入力回数が多すぎます。下から新しいメールをご依頼ください。
code-used = このメールのリンクまたはコードはすでに使われました。お心当たりがない場合は、メールを検査するプログラムがボタンを押した可能性があります。下から新しいメールをご依頼ください。
code-wrong = 最新のメールのコードと一致しません。もう一度ご確認ください。

link-heading = { $email }としてサインインしますか？
link-not-asked = このメールは、このブラウザーから依頼されたものではありません。依頼した端末でサインインするには、そちらでメールのコードを入力してください。このリンクを誰かから受け取った場合は、ページを閉じてください。
link-opens = { $email }で読めるものすべてを、このブラウザーで読めるようになります。
link-leaves = 現在は{ $email }としてサインインしています。続けるとこのサインインは終了し、そのアドレスでのご購入は引き継がれません。まとめるには{ $contact }にご連絡ください。
link-leaves-nameless = 現在はメールアドレスなしでサインインしています。続けるとこのサインインは終了し、ここでのご購入は引き継がれません。まとめるには{ $contact }にご連絡ください。
link-not-you = お心当たりがなければ、ページを閉じてください。まだ何も行われていません。
link-dead-heading = このリンクはもう使えません
link-dead-mail = サインイン用リンクは1回限りで、短い時間だけ有効です。
link-dead-again = 新しいリンクをメールで受け取る
link-dead-ask = サインイン用リンクは1回限りで、1日だけ有効です。新しいリンクは{ $contact }にご依頼ください。

## The sign-in mail

letter-subject = { $code }は{ $site }のサインイン用コードです
letter-heading = { $site }にサインイン
letter-code = コード：
letter-type-or-sign-in = このメールを依頼したページに入力してください。または、この端末でサインインしてください：
letter-sign-in-there = 読みたい端末でこちらを押してください：
letter-type-or-open = このメールを依頼したページに入力してください。または、読みたい端末で次のアドレスを開いてください：
letter-open = 読みたい端末で次のアドレスを開いてください：
letter-once = どちらも1回限り、{ $minutes }分間有効です。
letter-not-you = お心当たりがなければ、何もしないでください。このメールがなければ、誰も{ $email }としてサインインできません。お問い合わせ：{ $contact }

## The inbox of the demo

inbox-title = 受信トレイ
inbox-heading = デモの受信トレイ
inbox-lead = デモからメールは送信されません。送信されるはずのものを、新しい順にここに表示します。
inbox-to = 宛先：{ $email }
inbox-open = このメールのリンクを開く
inbox-empty = まだ何も送信されていません。

## After paying

waiting-title = 確認待ち
waiting-heading = お支払いの確認を待っています
waiting-lead = 銀行でのお支払いには数日かかることがあります。お手続きは不要で、二重に請求されることもありません。入金が確認されると、ページは自動的に開きます。

unconfirmed-title = ありがとうございます
unconfirmed-heading = ありがとうございます。少々お待ちください
unconfirmed-stripe = Stripeによるお支払いの確認を待っていますが、現在Stripeに接続できません。お支払い済みの場合、失われることはなく、もう一度お支払いいただく必要もありません。Stripeの応答があり次第、ページは自動的に開きます。
unconfirmed-store = 現在、お支払いを記録できません。お支払い済みの場合、失われることはなく、もう一度お支払いいただく必要もありません。記録でき次第、ページは自動的に開きます。

paid-title = お支払い完了
paid-heading = お支払いが完了しました。ありがとうございます
paid-heading-waiting = お支払いの確認を待っています。ありがとうございます
paid-mail = お支払いに使ったブラウザーで開くか、ここでサインインしてください。お支払い時に入力されたアドレスに、リンクをメールでお送りしています。
paid-ask = お支払いに使ったブラウザーで開くか、{ $contact }にサインイン用リンクをご依頼ください。

## At Stripe

till-sign-in = すでにアクセス権をお持ちですか？

## What can go wrong: a heading, and advice

one-moment = 少々お待ちください
not-valid = リクエストが正しくありません
does-not-work = ここではご利用いただけません
not-understood = 内容を読み取れませんでした
too-much = サイズが大きすぎます
not-set-up = このサイトの設定に問題があります

problem-no-page = ページが見つかりません
    .advice = お探しのページはありません。アドレスが途中で切れているか、入力が間違っている可能性があります。
problem-nothing-behind = ページが見つかりません
    .advice = このサーバーは、誰が読めるかだけを判断します。サーバーの運営者の方へ：ページ自体は前段のサーバーが表示し、/_tollhouse/ だけをここに送ります。
problem-unclear = 開けません
    .advice = このアドレスはここでは開けません。サイトのトップページに戻ってください。
problem-no-plan = プランが見つかりません
    .advice = このリンクのプランは、もう販売されていません。すべてのプラン：{ $url }
problem-wrong-method = { does-not-work }
    .advice = このアドレスはこの方法では使えません。前のページに戻り、ボタンをお使いください。
problem-incomplete-address = { not-understood }
    .advice = アドレスが不完全です。読みたかったページに戻ってください。
problem-incomplete-form = { not-understood }
    .advice = フォームの内容が不完全だったため、何も行われませんでした。ページに戻って、もう一度お試しください。
problem-no-price = { not-understood }
    .advice = この料金での販売は終了しました。ページに戻って、もう一度お選びください。
problem-not-yours = { not-understood }
    .advice = お客様のアカウントのものではありません。アカウントに戻って、もう一度お試しください。
problem-other-site = 別のサイトから送信されました
    .advice = このフォームは別のサイトから送信されたため、何も行われませんでした。元のページを開いて、もう一度お試しください。
problem-too-many-links = { one-moment }
    .advice = お使いのネットワークから、サインイン用リンクが何度も試されました。1分ほど待ってから、もう一度リンクを開いてください。リンクは引き続き有効です。
problem-too-many-mails = { one-moment }
    .advice = お使いのネットワークから、サインイン用メールが何度も依頼されました。1分ほどお待ちください。すでにメールをお持ちの場合、そのリンクとコードは引き続き有効です。
problem-too-many-checkouts = { one-moment }
    .advice = お使いのネットワークから、お支払い手続きが何度も開始されました。料金は発生していません。数分待ってから、もう一度お試しください。
problem-cannot-look-up = { one-moment }
    .advice = 現在、ご利用状況を確認できません。失われたものはありません。1分ほど待ってから、もう一度お試しください。
problem-till-away = { one-moment }
    .advice = 現在、お支払いページに接続できません。料金は発生していません。1分ほど待ってから、もう一度お試しください。
problem-till-wrong = 現在ご購入いただけません
    .advice = このサイトのお支払いの設定に問題があるため、料金は発生していません。サイトの運営者にお知らせください。
problem-cannot-sell = { one-moment }
    .advice = 記録ができないため、現在ご購入いただけません。料金は発生していません。1分ほど待ってから、もう一度お試しください。
problem-portal-away = { one-moment }
    .advice = 現在、請求情報に接続できません。1分ほど待ってから、もう一度お試しください。
problem-portal-wrong = 現在、請求情報を表示できません
    .advice = 請求情報のページの設定に問題があります。サイトの運営者にお知らせください。運営者が確認し、代わりに解約することもできます。
problem-deletion-away = { one-moment }
    .advice = お支払い中のプランを解約できなかったため、アカウントは削除されていません。1分ほど待ってから、もう一度お試しください。
problem-deletion-wrong = 現在、アカウントを削除できません
    .advice = お支払い中のプランを解約できなかったため、アカウントは削除されていません。サイトの運営者にお知らせください。
problem-payment-away = { one-moment }
    .advice = 現在、お支払いを確認できません。お支払い済みの場合、失われることはありません。1分ほど待ってから、このページを再読み込みしてください。
problem-payment-wrong = 現在、お支払いを確認できません
    .advice = お支払いを確認できませんでした。お支払い済みの場合、失われることはありません。サイトの運営者にお知らせください。
problem-half-signed-out = { one-moment }
    .advice = このブラウザーではサインアウトしましたが、記録できませんでした。サインイン情報を他の人が持っている可能性がある場合は、1分ほど待ってから、もう一度サインインしてサインアウトしてください。

problem-address = アドレスが正しくありません
    .advice = このアドレスは開けません：{ $rule ->
        [control] エンコードされていない空白または制御文字が含まれています
        [fragment] エンコードされていない # が含まれています
        [foreign] このサイトのパスでもアドレスでもありません
        [percent] 2桁の16進数が続かない % が含まれています
        [backslash] バックスラッシュが含まれています
        [slash] エンコードされたスラッシュ（%2F）が含まれています
        [utf-8] UTF-8ではないバイトが含まれています
        [encoded-control] エンコードされた制御文字が含まれています
        [dots] ドットまたは空白だけの部分が含まれています
        [deep] 区切りが多すぎます
       *[ambiguous] 何通りにも解釈できます
    }。
problem-host = { not-valid }
    .advice = リクエストにはホストを1つ指定する必要があります。ブラウザーでページを開いてください。
problem-other-host = これは別のサイトです
    .advice = このサーバーは{ $url }ですが、「{ $host }」が要求されました。サーバーの運営者の方へ：前段のプロキシは訪問者のホストを渡す必要があります（nginx：proxy_set_header Host $host;）。また、[site] url は訪問者が使うアドレスでなければならず、サイトの別名は [site] also に書きます。
problem-loop = { not-set-up }
    .advice = このリクエストは送信元に戻ってきました。サイトの運営者の方へ：[site] origin には{ $url }自身ではなく、その背後のウェブサイトを指定してください。
problem-method = { does-not-work }
    .advice = このサーバーは{ $method }に対応していません。
problem-needless-body = { not-valid }
    .advice = ここでは{ $method }リクエストに本文を付けられません。ブラウザーでページを開いてください。
problem-body = { too-much }
    .advice = 送信された内容が大きすぎます。最大{ $bytes }バイトまでです。
problem-body-of-site = { too-much }
    .advice = 送信された内容が、このサイトで受け付けられる大きさを超えています。
problem-malformed = { not-valid }
    .advice = リクエストを理解できませんでした。ブラウザーでページを開いてください。
problem-slow-body = 時間がかかりすぎました
    .advice = 送信の残りが時間内に届きませんでした。もう一度お試しください。
problem-origin-slow = ウェブサイトが応答しません
    .advice = ウェブサイトの応答に時間がかかりすぎました。1分ほど待ってから、もう一度お試しください。
problem-origin-away = ウェブサイトに接続できません
    .advice = 現在、ウェブサイトに接続できません。1分ほど待ってから、もう一度お試しください。
problem-ours = 問題が発生しました
    .advice = 当サイトで問題が発生しました。1分ほど待ってから、もう一度お試しください。

## The account

account-signed-in = { $email }としてサインインしています。
account-here-mail = このブラウザーでのみサインインしています。別の端末でも読むには、お支払いに使ったアドレスでメールを受け取ってください。
account-get-mail = サインイン用メールを受け取る
account-here-ask = このブラウザーでのみサインインしています。サインアウトした後に戻るには、{ $contact }にサインイン用リンクをご依頼ください。
account-pending = { $title }のお支払いの確認を待っています。入金が確認されると自動的に開きます。
account-failed = { $title }のお支払いは銀行で完了しませんでした。料金は発生していません。
account-buy-again = もう一度購入する
account-nothing = まだご利用中のものはありません。
account-see-offers = プランを見る
account-included = これは{ $title }に含まれています。こちらを解約しても、読めなくなるものはありません。
account-bank-asks = 銀行からお支払いの確認を求められることがあります。
account-confirm = 請求書で確認または支払う
account-owes = お支払いが完了せず、ご利用が終了しました。カード情報を更新すると、続けてお読みいただけます。
account-pay = 請求書を支払う
account-also = 別の端末用のサインインメールを受け取る
account-data = 自分のデータをダウンロード
account-delete = アカウントを削除
back-to-account = アカウントに戻る
withdrawn-refunded = { $title }のお支払いは返金されました。ご利用は終了しています。
withdrawn-disputed = { $title }のお支払いを銀行が調査しています。調査が終わるまで、ご利用は一時停止となります。
withdrawn-dispute-lost = { $title }のお支払いは銀行により取り消されました。ご利用は終了しています。
withdrawn-fraud-warning = { $title }のお支払いについて銀行から問い合わせがあり、ご利用は一時停止となっています。
holding-active = 購読中
holding-trial = 無料体験中
holding-canceled = 解約済み
holding-paused = サイトの運営者がお支払いを一時停止しています
holding-due = 前回のお支払いが完了していません
holding-bought = 購入済み（買い切り）
holding-given = サイトの運営者からの提供
holding-registered = メールアドレスの登録で無料
holding-yours = ご利用中
holding-renews = { $date }に更新
holding-first-payment = 初回のお支払いは{ $date }
holding-read-until = { $date }までお読みいただけます
holding-due-by = 続けてお読みいただくには、{ $date }までにカード情報を更新してください
holding-until = { $date }まで
manage-billing = お支払いを管理
holding-with-amount = { $what }：{ $amount }
manage-resume = お支払いの管理・再開
manage-card = カード情報を更新
manage-change = プランを変更
manage-end = 解約する

## Devices

devices-heading = サインイン中の端末
device-both = { $system }の{ $browser }
device-unknown = 不明なブラウザー
device-here = （この端末）
device-since = { $date }から
device-seen = { $since }から（最終アクセス：{ $seen }）
device-sign-out = サインアウトさせる
device-gave-way = 別の端末でサインインしたため、{ $device }（最終アクセス：{ $seen }）はサインアウトされました。同時に使えるのは{ $most }台までです。
devices-sign-out-others = 他のすべての端末でサインアウト
devices-sign-out-all = すべての端末でサインアウト
sign-out = サインアウト
signed-out-limit = その後に他の端末でサインインし、同時に使える台数を超えたため、ここではサインアウトされました。もう一度サインインしてください。再度のお支払いは不要です。
signed-out-elsewhere = ここではサインインが無効になりました。お支払い済みの場合は、もう一度サインインしてください。再度のお支払いは不要です。
signed-out-join-mail = ここでのご購入は、現在メールアドレスに紐付いています。メールでサインインしてください。再度のお支払いは不要です。
signed-out-join-ask = ここでのご購入は、現在メールアドレスに紐付いています。{ $contact }にサインイン用リンクをご依頼ください。再度のお支払いは不要です。

## New in accounts

signed-out-lost = サインインまたはお支払いの直後ですか？ その場合、このサイトがお客様を識別するCookieがブラウザーに保存されていません。{ $url }のCookieを許可して、もう一度サインインしてください。再度のお支払いは不要です。
mail-sent-lead = { $email }にメールをお送りしています。読みたい別の端末でリンクを開いてください。10分間有効です。
bounced-heading = 同じページを行き来しています
bounced-no-cookie = サインインまたはお支払いは完了しましたが、このサイトがお客様を識別するCookieがブラウザーに保存されていません。失われたものはなく、再度のお支払いも不要です。
bounced-allow-cookies = { $url }のCookieを許可するか、別のブラウザーでページを開いてサインインしてください。
bounced-elsewhere = このサイトで読者がサインインするアドレスとは別のアドレスを開いています。失われたものはなく、再度のお支払いも不要です。
bounced-read-there = そちらで読む：{ $url }
bounced-bad-cookie = サインインまたはお支払いは完了しましたが、ブラウザーがここでは無効なCookieを送信しています。失われたものはなく、再度のお支払いも不要です。
bounced-delete-cookies = ブラウザーで{ $url }のCookieを削除し、もう一度サインインしてください。解決しない場合は{ $contact }にご連絡ください。サーバーの時計がずれている可能性があります。
bounced-offer = プランを見る
farewell-title = アカウントの削除
farewell-ask-heading = アカウントを削除しますか？
farewell-of = { $email }のアカウントです。
farewell-what = { $site }が保有するお客様の情報（メールアドレス、端末、ご購入）がすべて削除されます。元に戻すことはできません。
farewell-ends = { $title }はすぐに終了します。以後の請求はありませんが、お支払い済みの残り期間は失われます。期限まで読むには、先にアカウントで解約してから、あらためて削除してください。
farewell-bought = 買い切りのご購入も失われます。
farewell-bills = お支払いの請求書は、法令に基づき{ $site }とStripeが保管します。
farewell-sure = アカウントを完全に削除する
farewell-type = メールを検査するプログラムによる削除を防ぐため、メールアドレスを入力してください
farewell-other-address = このアカウントのアドレスではありません。何も削除されていません。
farewell-send = 確認メールを送る
farewell-keep = アカウントを残す
farewell-asked = { $email }にメールをお送りしています。リンクを開いてボタンを押すとアカウントが削除されます。それまでは何も行われません。
farewell-dead = 使用済みか、期限切れか、新しいリンクが送信されています。
farewell-again = 最初からやり直す
farewell-done-heading = アカウントを削除しました
farewell-done = 以後の請求はありません。すべての端末でサインアウトしました。
farewell-letter-subject = { $site }のアカウントを削除しますか？
farewell-letter-lead = { $email }としてサインインしている方が、このアカウントの削除を希望しています。ご本人の場合は、次のリンクを開いてボタンを押してください：
farewell-letter-once = リンクは{ $minutes }分間有効です。お支払い中のプランはすぐに終了し、元に戻すことはできません。
farewell-letter-not-you = お心当たりがなければ何もせず、アカウントですべての端末からサインアウトしてください。お問い合わせ：{ $contact }
offer-free-sign-in = メールでサインイン（無料）
sign-in-lead-free = メールアドレスを入力してください。お支払い済みの場合は、お支払いに使ったアドレスを入力してください。リンクとコードをメールでお送りします。
code-lead-free = { $email }にメールをお送りしています。メールのコードをここに入力すると、このブラウザーでサインインできます。または、読みたい端末でメールのリンクを開いてください。
