# Lo que dicen nuestras páginas y correos, en español. A los lectores se les tutea.

direction = ltr
date = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }

## On every page

test-mode = Modo de prueba: no se mueve dinero
questions = ¿Preguntas?
back-to-site = Volver a { $site }
your-account = Tu cuenta
try-again = Reintentar
look-again = Comprobar de nuevo

## The offer

offer-title = Solo para lectores
offer-heading = Esta página está reservada a nuestros lectores
offer-lead = Elige lo que te convenga y en un minuto estarás de vuelta en la página.
offer-all-heading = Elige un plan
offer-left = Has salido de la página de pago. No se ha cobrado nada.
offer-not-included = Tu acceso no incluye esta página.
offer-recommended = Recomendado
offer-yours = Ya lo tienes.
offer-awaits = Tu pago está en camino.
offer-paid-twice = Ya pagas { $title }, que está incluido en { $plan }. Seguirá activo hasta que lo canceles en tu cuenta.
offer-trial = { $days ->
    [one] { $days } día gratis, después { $price }
   *[other] { $days } días gratis, después { $price }
}
offer-start-trial = Empezar la prueba gratis
offer-get = Elegir { $plan }
offer-nothing = Ahora mismo no hay nada a la venta aquí. { $contact } puede contarte más.
offer-have-access = Ya tengo acceso
inset-heading = Sigue leyendo en { $site }
inset-see-prices = Ver los precios
free-left = { $left ->
    [one] Te queda { $left } página gratis de { $count }.
   *[other] Te quedan { $left } páginas gratis de { $count }.
}
free-used-day = { $count ->
    [one] Ya has leído tu página gratis del día.
   *[other] Ya has leído tus { $count } páginas gratis del día.
}
free-used-week = { $count ->
    [one] Ya has leído tu página gratis de la semana.
   *[other] Ya has leído tus { $count } páginas gratis de la semana.
}
free-used-month = { $count ->
    [one] Ya has leído tu página gratis del mes.
   *[other] Ya has leído tus { $count } páginas gratis del mes.
}
free-anew = Habrá más el { $date }.

## For whoever asked for the page itself

referral-lead = Quien haya pagado puede leerla, y tú también puedes.
referral-see = Ver cómo leerla

## Signing in

sign-in = Iniciar sesión
sign-in-heading = Iniciar sesión por correo
sign-in-lead = Escribe la dirección con la que pagaste. Recibirás un correo con un enlace y un código.
sign-in-address = Tu correo electrónico
sign-in-send = Enviar el correo
sign-in-no-address = Esto no es una dirección de correo. Revisa si hay alguna errata.
sign-in-ask-heading = Pide a { $contact } un enlace para iniciar sesión
sign-in-ask-lead = ¿Pagaste en otro navegador o en otro dispositivo? Escribe a { $contact } desde la dirección con la que pagaste y recibirás un enlace.
sign-in-ask-once = El enlace sirve una sola vez. Ábrelo en el dispositivo en el que quieras leer.

code-heading = Mira tu correo
code-lead = Si se compró algo con { $email }, hay un correo en camino a esa dirección. Escribe aquí su código e iniciarás sesión en este navegador; o abre su enlace donde quieras leer.
code-label = Las seis cifras
code-nothing-came = ¿No ha llegado nada en un par de minutos? Mira en la carpeta de spam o prueba con otra dirección: cuenta la que usaste para pagar.
code-most = A una dirección se envían como máximo cinco correos por hora, uno por minuto; cuenta el más reciente.
code-again = Probar con otra dirección
code-not-six = Un código tiene seis cifras. Mira de nuevo el correo.
code-too-many = Se han escrito demasiados códigos. Pide un correo nuevo aquí abajo.
code-used = El enlace o el código de este correo ya se ha usado. Si no fuiste tú, quizá un programa que revisa tus correos pulsó el botón: pide un correo nuevo aquí abajo.
code-wrong = Este no es el código del último correo. Míralo de nuevo.

link-heading = ¿Iniciar sesión como { $email }?
link-not-asked = Este navegador no pidió el correo. Para iniciar sesión donde lo pediste, escribe allí el código del correo. ¿Alguien te envió este enlace? Entonces cierra la página.
link-opens = Esto abre, en este navegador, todo aquello a lo que { $email } tiene acceso.
link-leaves = Aquí has iniciado sesión como { $email }: esa sesión se cerrará, y lo que se compró con esa dirección se queda allí. { $contact } puede unirlo todo.
link-leaves-nameless = Aquí has iniciado sesión sin dirección de correo: esa sesión se cerrará, y lo que se compró así no se traslada. { $contact } puede unirlo todo.
link-not-you = Si no eres tú, cierra la página: todavía no ha pasado nada.
link-dead-heading = Este enlace ya no funciona
link-dead-mail = Un enlace de inicio de sesión sirve una vez, y no por mucho tiempo.
link-dead-again = Recibir uno nuevo por correo
link-dead-ask = Un enlace de inicio de sesión sirve una vez y solo durante un día. Pide uno nuevo a { $contact }.

## The sign-in mail

letter-subject = { $code } es tu código para { $site }
letter-heading = Iniciar sesión en { $site }
letter-code = Tu código:
letter-type-or-sign-in = Escríbelo en la página donde pediste este correo. O inicia sesión en este dispositivo:
letter-sign-in-there = Pulsa aquí en el dispositivo en el que quieras leer:
letter-type-or-open = Escríbelo en la página donde pediste este correo. O abre esta dirección en el dispositivo en el que quieras leer:
letter-open = Abre esta dirección en el dispositivo en el que quieras leer:
letter-once = { $minutes ->
    [one] Ambos sirven una vez, durante { $minutes } minuto.
   *[other] Ambos sirven una vez, durante { $minutes } minutos.
}
letter-not-you = ¿No lo pediste tú? Entonces no hagas nada: sin este correo nadie puede iniciar sesión como { $email }. Preguntas: { $contact }

## The inbox of the demo

inbox-title = Bandeja de entrada
inbox-heading = Bandeja de entrada de la demo
inbox-lead = De la demo no sale ningún correo: lo que enviaría está aquí, primero lo más nuevo.
inbox-to = Para { $email }
inbox-open = Abrir el enlace de este correo
inbox-empty = Todavía no se ha enviado nada.

## After paying

waiting-title = En camino
waiting-heading = Tu pago está en camino
waiting-lead = Un pago bancario puede tardar unos días. No tienes que hacer nada y no se te cobrará otra vez: la página se abrirá sola cuando llegue el dinero.

unconfirmed-title = Gracias
unconfirmed-heading = Gracias. Un momento, por favor
unconfirmed-stripe = Estamos esperando a que Stripe confirme tu pago y ahora mismo no se puede contactar con Stripe. Si has pagado, no se ha perdido nada y no tienes que pagar otra vez: tu página se abrirá sola en cuanto Stripe responda.
unconfirmed-store = Ahora mismo no podemos registrar tu pago. Si has pagado, no se ha perdido nada y no tienes que pagar otra vez: tu página se abrirá sola en cuanto sea posible.

paid-title = Pagado
paid-heading = Pagado. ¡Gracias!
paid-heading-waiting = Tu pago está en camino. ¡Gracias!
paid-mail = Abre esta página en el navegador donde pagaste, o inicia sesión aquí: un correo con un enlace está en camino a la dirección que se escribió al pagar.
paid-ask = Abre esta página en el navegador donde pagaste, o pide a { $contact } un enlace para iniciar sesión.

## At Stripe

till-sign-in = ¿Ya tienes acceso?

## What can go wrong: a heading, and advice

one-moment = Un momento, por favor
not-valid = Esta solicitud no es válida
does-not-work = Eso no funciona aquí
not-understood = No se ha entendido
too-much = Es demasiado
not-set-up = Este sitio no está bien configurado

problem-no-page = No existe esa página
    .advice = Aquí no hay ninguna página así. Quizá la dirección esté cortada o mal escrita.
problem-nothing-behind = No existe esa página
    .advice = Este servidor solo sabe quién puede leer. Si lo administras: el servidor que está delante muestra las páginas y envía aquí solo /_tollhouse/.
problem-unclear = Eso no se puede abrir
    .advice = Esta dirección no se puede abrir aquí. Vuelve a la página de inicio del sitio.
problem-no-plan = No existe ese plan
    .advice = El enlace a esta oferta nombra un plan que ya no está a la venta aquí. Todas las ofertas: { $url }
problem-wrong-method = { does-not-work }
    .advice = Esta dirección no se usa así. Vuelve atrás y usa el botón.
problem-incomplete-address = { not-understood }
    .advice = Esta dirección no está completa. Vuelve a la página que querías leer.
problem-incomplete-form = { not-understood }
    .advice = El formulario llegó incompleto, así que no se ha hecho nada. Vuelve a la página e inténtalo de nuevo.
problem-no-price = { not-understood }
    .advice = Este precio ya no se ofrece aquí. Vuelve a la página y elige de nuevo.
problem-not-yours = { not-understood }
    .advice = Esto no es de tu cuenta. Vuelve a tu cuenta e inténtalo de nuevo desde allí.
problem-other-site = Eso vino de otro sitio
    .advice = Este formulario se envió desde otro sitio, así que no se ha hecho nada. Ve a la propia página e inténtalo de nuevo allí.
problem-too-many-links = { one-moment }
    .advice = Desde tu red se han probado demasiados enlaces de inicio de sesión. Espera un minuto y abre el tuyo de nuevo: sigue sirviendo.
problem-too-many-mails = { one-moment }
    .advice = Desde tu red se han pedido demasiados correos de inicio de sesión. Espera un minuto. Si ya tienes uno, su enlace y su código siguen sirviendo.
problem-too-many-checkouts = { one-moment }
    .advice = Desde tu red se han empezado demasiados pagos. No se ha cobrado nada: espera unos minutos e inténtalo de nuevo.
problem-cannot-look-up = { one-moment }
    .advice = Ahora mismo no podemos comprobar tu acceso. No se ha perdido nada: inténtalo de nuevo en un minuto.
problem-till-away = { one-moment }
    .advice = Ahora mismo no se puede acceder a la página de pago. No se ha cobrado nada: inténtalo de nuevo en un minuto.
problem-till-wrong = Ahora mismo no se puede comprar
    .advice = Los pagos de este sitio no están bien configurados, así que no se ha cobrado nada. Por favor, avisa a su propietario.
problem-cannot-sell = { one-moment }
    .advice = Ahora mismo no se puede comprar porque no hemos podido registrarlo. No se ha cobrado nada: inténtalo de nuevo en un minuto.
problem-portal-away = { one-moment }
    .advice = Ahora mismo no se puede acceder a tus facturas. Inténtalo de nuevo en un minuto.
problem-portal-wrong = Ahora mismo no se pueden mostrar tus facturas
    .advice = La página de tus facturas no está bien configurada. Por favor, avisa al propietario de este sitio, que puede mirarlo y cancelar por ti.
problem-deletion-away = { one-moment }
    .advice = Tu cuenta no se ha eliminado porque no se ha podido cancelar lo que pagas. Inténtalo de nuevo en un minuto.
problem-deletion-wrong = Ahora mismo no se puede eliminar tu cuenta
    .advice = Tu cuenta no se ha eliminado porque no se ha podido cancelar lo que pagas. Por favor, avisa al propietario de este sitio.
problem-payment-away = { one-moment }
    .advice = Ahora mismo no podemos comprobar tu pago. Si has pagado, no se ha perdido: carga esta página de nuevo en un minuto.
problem-payment-wrong = Ahora mismo no se puede comprobar tu pago
    .advice = No podemos comprobar tu pago. Si has pagado, no se ha perdido: por favor, avisa al propietario de este sitio.
problem-half-signed-out = { one-moment }
    .advice = Has cerrado la sesión en este navegador. No hemos podido registrarlo: si alguien pudiera tener una copia de tu sesión, inicia y cierra sesión de nuevo en un minuto.

problem-address = Esa dirección no es válida
    .advice = Esta dirección no se puede abrir: { $rule ->
        [control] contiene un espacio o un carácter de control sin codificar
        [fragment] contiene un # sin codificar
        [foreign] no es ni una ruta ni una dirección de este sitio
        [percent] contiene un % al que no siguen dos cifras hexadecimales
        [backslash] contiene una barra invertida
        [slash] contiene una barra codificada (%2F)
        [utf-8] contiene bytes codificados que no son UTF-8
        [encoded-control] contiene un carácter de control codificado
        [dots] contiene un segmento de solo puntos o espacios
        [deep] tiene demasiados segmentos
       *[ambiguous] se puede leer de demasiadas maneras
    }.
problem-host = { not-valid }
    .advice = La solicitud debe nombrar un host. Abre la página en un navegador.
problem-other-host = Este es otro sitio
    .advice = Este servidor es { $url }, pero se le ha pedido «{ $host }». Si lo administras: un proxy que esté delante debe pasar el host del visitante (nginx: proxy_set_header Host $host;), y [site] url debe ser la dirección que usan los visitantes; los otros nombres del sitio van en [site] also.
problem-loop = { not-set-up }
    .advice = Esta solicitud volvió al lugar del que salió. Si administras este sitio: [site] origin debe ser el sitio que está detrás del muro de pago, no { $url }.
problem-method = { does-not-work }
    .advice = Este servidor no admite { $method }.
problem-needless-body = { not-valid }
    .advice = Una solicitud { $method } no lleva contenido aquí. Abre la página en un navegador.
problem-body = { too-much }
    .advice = Lo que has enviado es demasiado grande: se aceptan como máximo { $bytes } bytes.
problem-body-of-site = { too-much }
    .advice = Lo que has enviado es más grande de lo que acepta este sitio.
problem-malformed = { not-valid }
    .advice = No se ha entendido la solicitud. Abre la página en un navegador.
problem-slow-body = Ha tardado demasiado
    .advice = El resto de lo que enviaste no llegó a tiempo. Inténtalo de nuevo.
problem-origin-slow = El sitio no responde
    .advice = El sitio ha tardado demasiado en responder. Inténtalo de nuevo en un minuto.
problem-origin-away = El sitio no está disponible
    .advice = Ahora mismo no se puede acceder al sitio. Inténtalo de nuevo en un minuto.
problem-ours = Algo ha salido mal
    .advice = Algo ha salido mal por nuestra parte. Inténtalo de nuevo en un minuto.

## The account

account-signed-in = Has iniciado sesión como { $email }.
account-here-mail = Has iniciado sesión solo en este navegador. Para leer también en otro dispositivo, pide un correo a la dirección con la que pagaste.
account-get-mail = Pedir un correo para iniciar sesión
account-here-ask = Has iniciado sesión solo en este navegador. Si cierras la sesión, pide a { $contact } un enlace para volver.
account-pending = Tu pago de { $title } está en camino. El acceso se abrirá solo cuando llegue el dinero.
account-failed = El banco no pagó { $title }. No se ha cobrado nada.
account-buy-again = Puedes comprarlo de nuevo
account-nothing = Todavía no tienes acceso a nada aquí.
account-see-offers = Ver lo que hay
account-included = { $title } ya incluye esto: puedes cancelar esta suscripción sin perder nada.
account-bank-asks = Puede que tu banco te pida confirmar el pago.
account-confirm = Confirmar o pagar en la factura
account-owes = Un pago no se realizó y el acceso ha terminado. Actualiza tu tarjeta y podrás seguir leyendo.
account-pay = Pagar la factura
account-also = Iniciar sesión también en otro dispositivo: enviar un correo
account-data = Descargar mis datos
account-delete = Eliminar mi cuenta
back-to-account = Volver a tu cuenta
withdrawn-refunded = Tu pago de { $title } fue reembolsado: el acceso correspondiente ha terminado.
withdrawn-disputed = Tu banco está revisando tu pago de { $title }. Mientras tanto, el acceso queda en pausa.
withdrawn-dispute-lost = Tu banco ha recuperado el pago de { $title }: el acceso correspondiente ha terminado.
withdrawn-fraud-warning = Tu banco tiene una pregunta sobre tu pago de { $title } y el acceso queda en pausa.
holding-active = Suscripción activa
holding-trial = Prueba gratuita
holding-canceled = Cancelada
holding-paused = El propietario de este sitio ha pausado los pagos
holding-due = El último pago no se realizó
holding-bought = Tuyo, con un pago único
holding-given = Regalo del propietario de este sitio
holding-registered = Gratis con tu correo electrónico
holding-yours = Tuyo
holding-renews = Se renueva el { $date }
holding-first-payment = El primer pago será el { $date }
holding-read-until = Puedes leer hasta el { $date }
holding-due-by = Actualiza tu tarjeta a más tardar el { $date } para seguir leyendo
holding-until = Hasta el { $date }
manage-billing = Gestionar pagos
holding-with-amount = { $what }: { $amount }
manage-resume = Gestionar pagos o reanudar
manage-card = Actualizar tu tarjeta
manage-change = Cambiar de plan
manage-end = Cancelar la suscripción

## Devices

devices-heading = Dónde has iniciado sesión
device-both = { $browser } en { $system }
device-unknown = Un navegador desconocido
device-here = (este dispositivo)
device-since = Desde el { $date }
device-seen = Desde el { $since }, visto por última vez el { $seen }
device-sign-out = Cerrar esta sesión
device-gave-way = { $device }, visto por última vez el { $seen }, se desconectó porque iniciaste sesión en otro lugar. { $most ->
    [one] Puedes tener la sesión abierta en { $most } dispositivo como máximo.
   *[other] Puedes tener la sesión abierta en { $most } dispositivos a la vez como máximo.
}
devices-sign-out-others = Cerrar todas las demás sesiones
devices-sign-out-all = Cerrar sesión en todas partes
sign-out = Cerrar sesión
signed-out-limit = Se cerró tu sesión aquí porque iniciaste sesión en otros dispositivos y eran demasiados a la vez. Inicia sesión de nuevo: no tienes que pagar otra vez.
signed-out-elsewhere = Ya no tienes la sesión iniciada aquí. Si has pagado, inicia sesión de nuevo: no tienes que pagar otra vez.
signed-out-join-mail = Lo que compraste aquí pertenece ahora a tu dirección de correo. Inicia sesión por correo: no tienes que pagar otra vez.
signed-out-join-ask = Lo que compraste aquí pertenece ahora a tu dirección de correo. Pide a { $contact } un enlace para iniciar sesión: no tienes que pagar otra vez.

## New in accounts

signed-out-lost = ¿Acabas de iniciar sesión o de pagar? Entonces tu navegador no guarda la cookie con la que este sitio te reconoce: permite las cookies de { $url } e inicia sesión de nuevo. No tienes que pagar otra vez.
mail-sent-lead = Hay un correo en camino a { $email }. Abre su enlace en el otro dispositivo en el que quieras leer. Sirve durante diez minutos.
bounced-heading = Estás dando vueltas en círculo
bounced-no-cookie = Has iniciado sesión o pagado, pero tu navegador no guarda la cookie con la que este sitio te reconoce. No se ha perdido nada y no tienes que pagar otra vez.
bounced-allow-cookies = Permite las cookies de { $url }, o abre la página en otro navegador e inicia sesión allí.
bounced-elsewhere = Estás en una dirección distinta de aquella en la que inician sesión los lectores de este sitio. No se ha perdido nada y no tienes que pagar otra vez.
bounced-read-there = Leer allí: { $url }
bounced-bad-cookie = Has iniciado sesión o pagado, pero tu navegador envía una cookie que aquí no vale. No se ha perdido nada y no tienes que pagar otra vez.
bounced-delete-cookies = Borra las cookies de { $url } en tu navegador e inicia sesión de nuevo. Si eso no basta, { $contact } puede ayudarte: quizá el reloj del servidor esté mal.
bounced-offer = Ver la oferta
farewell-title = Eliminar tu cuenta
farewell-ask-heading = ¿Eliminar tu cuenta?
farewell-of = Esta es la cuenta de { $email }.
farewell-what = Todo lo que { $site } sabe de ti se elimina aquí: tu dirección, tus dispositivos y lo que compraste. No se puede deshacer.
farewell-ends = { $title } termina de inmediato. No se cobra nada más y se pierde el tiempo pagado que queda. Para leer hasta que termine, cancélalo primero en tu cuenta y vuelve después.
farewell-bought = También se pierde lo que compraste con un pago único.
farewell-bills = Las facturas de lo que pagaste quedan en poder de { $site } y de Stripe, que por ley deben conservarlas.
farewell-sure = Eliminar mi cuenta definitivamente
farewell-type = Tu dirección de correo, para que no pueda hacerlo ningún programa que revise correos
farewell-other-address = Esta no es la dirección de esta cuenta. No se ha eliminado nada.
farewell-send = Enviarme el correo de confirmación
farewell-keep = Conservar mi cuenta
farewell-asked = Hay un correo en camino a { $email }. Tu cuenta se eliminará cuando abras su enlace y pulses el botón; hasta entonces no pasa nada.
farewell-dead = Ya se usó, es demasiado antiguo o se envió uno más nuevo.
farewell-again = Empezar de nuevo
farewell-done-heading = Tu cuenta se ha eliminado
farewell-done = No se cobra nada más. Se ha cerrado tu sesión en todos los dispositivos.
farewell-letter-subject = ¿Eliminar tu cuenta en { $site }?
farewell-letter-lead = Alguien con la sesión iniciada como { $email } quiere eliminar esta cuenta. Si eres tú, abre este enlace y pulsa el botón:
farewell-letter-once = { $minutes ->
    [one] El enlace sirve durante { $minutes } minuto.
   *[other] El enlace sirve durante { $minutes } minutos.
} Lo que pagas termina de inmediato, y eso no se puede deshacer.
farewell-letter-not-you = ¿No eres tú? Entonces no hagas nada y cierra la sesión en todas partes desde tu cuenta. Preguntas: { $contact }
offer-free-sign-in = Inicia sesión con tu correo, es gratis
sign-in-lead-free = Escribe tu dirección; si pagaste, aquella con la que pagaste. Recibirás un correo con un enlace y un código.
code-lead-free = Hay un correo en camino a { $email }. Escribe aquí su código e iniciarás sesión en este navegador; o abre su enlace donde quieras leer.
