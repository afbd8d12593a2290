### What the API says in Arabic. Every message stands in all three files.

## Errors

error-faults = { $count ->
    [one] في الطلب خطأ واحد؛ انظر errors.
    [two] في الطلب خطآن؛ انظر errors.
    [few] في الطلب { $count } أخطاء؛ انظر errors.
   *[other] في الطلب { $count } خطأ؛ انظر errors.
}
error-not-found = لا يوجد شيء كهذا هنا.
error-no-such-call = لا يوجد نداء كهذا.
error-wrong-method = لهذا النداء طريقة أخرى: { $allowed }.
error-too-large = المحتوى أكبر من { $max } بايت.
error-unread = تعذّرت قراءة المحتوى إلى نهايته.
error-key-missing = يحتاج هذا النداء إلى Idempotency-Key كي لا يُدفع مرتين إذا أُرسل مرتين.
error-key-malformed = يتكوّن Idempotency-Key من 15 إلى 80 حرفًا أو رقمًا أو شرطة.
error-keys-differ = يحمل Idempotency-Key وX-Idempotency-Key مفتاحين مختلفين. أرسل واحدًا، أو المفتاح نفسه في كليهما.
error-key-other = استُعمل هذا Idempotency-Key لطلب آخر. اختر واحدًا جديدًا.
error-key-running = ما زال الطلب الأول بهذا Idempotency-Key قيد التنفيذ. اسأل مجددًا بعد لحظة.
error-too-often = طلبات كثيرة جدًا. يُسمح بالطلب التالي بعد { $seconds } ثانية.
error-busy = هناك أعمال كثيرة جارية. حاول بعد ثوانٍ؛ لم يتغيّر شيء.
error-ours = الخطأ من جانبنا. لم يتغيّر شيء.
error-changed-meanwhile = تغيّر هذا في أثناء ذلك. اقرأه من جديد.

## Faults of a field

fault-missing = هذه القيمة ناقصة.
fault-malformed = هذا ليس JSON: انظر السطر { $line }، العمود { $column }.
fault-depth = التداخل أعمق من { $max } مستوى.
fault-not-object = يجب أن يكون هذا كائنًا.
fault-not-list = يجب أن تكون هذه قائمة.
fault-not-text = يجب أن يكون هذا نصًا.
fault-nul = لا يمكن حفظ حرف NUL.
fault-length = عدد الأحرف { $count }؛ يجب أن يكون من { $min } إلى { $max }.
fault-count = عدد العناصر { $count }؛ يجب أن يكون من { $min } إلى { $max }.
fault-integer = يجب أن يكون عددًا صحيحًا من { $min } إلى { $max }.
fault-boolean = يجب أن تكون القيمة true أو false.
fault-decimal = يجب أن يكون عددًا عشريًا.
fault-digits = ربما قُرِّب عدد له أكثر من { $max } رقمًا. أرسله نصًا.
fault-account-number = يجب أن يكون رقمًا من 8 خانات.
fault-account-differs = يختلف هذا عن الترويسة X-Merchant-Account-Number التي تقول { $header }.
fault-grant-type = نوع المنح الوحيد هنا هو client_credentials.
fault-named-twice = يعرّف العميل بنفسه في الترويسة Authorization بالفعل.
fault-more = { $count ->
    [one] هناك خطأ آخر.
    [two] هناك خطآن آخران.
    [few] هناك { $count } أخطاء أخرى.
   *[other] هناك { $count } خطأ آخر.
}

## Batch statuses

batch-queued = في الانتظار
batch-matching = في انتظار الأعمدة
batch-validating = قيد التحقق
batch-failed = فشل
batch-error = خطأ
batch-open = مفتوح
batch-awaiting_review = في انتظار المراجعة
batch-awaiting_approval = في انتظار الاعتماد
batch-awaiting_release = في انتظار الإفراج
batch-approved = معتمد
batch-paying = قيد التنفيذ
batch-paused = متوقف مؤقتًا
batch-completed = مكتمل
batch-rejected = مرفوض
batch-cancelled = ملغى

## Refusals

refusal-edit = لا يمكن تعديل دفعة حالتها «{ $status }».
refusal-reschedule = لا يمكن تغيير موعد دفعة حالتها «{ $status }».
refusal-not-editable = السطر { $row } حالته { $status }. لا يمكن تغيير سوى المدفوعات SCHEDULED أو VALIDATION_FAILED.
refusal-submit = لا يمكن تقديم دفعة حالتها «{ $status }».
refusal-recall = لا يمكن استرجاع دفعة حالتها «{ $status }».
refusal-review = لا يمكن مراجعة دفعة حالتها «{ $status }».
refusal-approve = لا يمكن اعتماد دفعة حالتها «{ $status }».
refusal-release = لا يمكن الإفراج عن دفعة حالتها «{ $status }».
refusal-return = لا يمكن إعادة دفعة حالتها «{ $status }».
refusal-reject = لا يمكن رفض دفعة حالتها «{ $status }».
refusal-cancel = لا يمكن إلغاء دفعة حالتها «{ $status }».
refusal-pause = لا يمكن إيقاف دفعة حالتها «{ $status }».
refusal-resume = لا يمكن استئناف دفعة حالتها «{ $status }».
refusal-fingerprint = تغيّرت الدفعة منذ قرأتها. اقرأها من جديد قبل التوقيع.
refusal-row = تغيّر هذا السطر منذ قرأته. اقرأه من جديد قبل تصحيحه.
refusal-nobody = تحتاج هذه الدفعة إلى { $eyes } عيون، ولا أحد غيرك نشطًا هنا له الصلاحية { $permission }.
refusal-figures = أرقام الضبط لا تتطابق: { $figures }
refusal-shortfall = المتاح { $available } والدفعة تحتاج { $needed }: ينقص { $shortfall }.
refusal-references = مراجع مدفوعة أو جارية أو محجوزة من قبل: { $count }، أولها «{ $first }» في الدفعة { $batch }.
refusal-all-claimed = كل مدفوعات هذه الدفعة قيد التنفيذ الآن ولا يمكن استرجاعها.
refusal-nothing-payable = لا سطر في هذه الدفعة قابل للدفع. صحّح سطرًا واحدًا على الأقل أولًا.
refusal-comparing = تجري مقارنة البيانات المصرفية لهذه الدفعة بما دُفع من قبل. حاول مرة أخرى بعد قليل.
refusal-cooling-down = تغيّرت بيانات مصرفية منذ آخر دفع، وعدد الأسطر: { $rows }. يفرض هذا الحساب مهلة { $hours } ساعة: يمكن اعتماد الدفعة ابتداءً من { $until }.
refusal-not-again = لا يمكن دفع «{ $reference }» مرة أخرى بحالته هذه.
refusal-proposal = هناك اقتراح يحول دون ذلك، أو لا يمكن البت فيه هكذا.

## Faults of the dialects

fault-fingerprint = يجب أن تكون بصمة من 64 رقمًا ست عشريًا.
fault-not-scheduled = يجب أن تكون هذه القيمة null عندما تكون isBatchScheduled هي false.
fault-base64 = هذه القيمة ليست base64.
fault-not-json = تعذرت القراءة: { $what }
fault-one-of = يجب أن تكون القيمة إحدى { $list }.
fault-page-token = هذا ليس رمز صفحة سبق إعطاؤه.

fault-sequence = رقم التسلسل نص من 16 رقمًا لا يبدأ بالصفر.
fault-sequence-twice = رقم التسلسل هذا موجود أيضًا في { $other }.
fault-sequence-used = رقم التسلسل هذا مستخدم من قبل في الحساب.
fault-bank = تحتاج الوجهة البنكية إلى iban أو إلى account_number و bank_code.
fault-date-unreadable = تعذّرت قراءة التاريخ. اكتبه بصيغة YYYY-MM-DD، أو مع الوقت بصيغة YYYY-MM-DDTHH:MM.
fault-date-form = لم يُكتب التاريخ بصيغة YYYY-MM-DD. اكتب { $day }.
fault-date-either = لم يُكتب التاريخ بصيغة YYYY-MM-DD. اكتب { $day } أو { $or } بحسب المقصود.
fault-date-past = التاريخ في الماضي. اختر اليوم أو يومًا لاحقًا، أو اتركه فارغًا للدفع عند الاعتماد.
fault-date-far = التاريخ أبعد من { $days } يومًا. اختر يومًا أقرب.
fault-fixed = يبقى هذا كما أُرسل. احذفه، أو أرسله كما هو.
fault-not-of-wallet = لا يوجد هذا الحقل في المحفظة: أرسلها وجهة بنكية.
fault-unknown-payout = لا تعني هذه القيمة أي دفعة من هذه المجموعة: استخدم id أو sequence_number. لا يمكن إضافة شيء.
fault-not-editable = لا يمكن تعديل دفعة حالتها { $status }.
fault-payout-twice = هذه الدفعة مذكورة مرتين.
fault-uuid = يجب أن تكون القيمة معرّفًا (UUID).
fault-url = يجب أن يكون هذا عنوان https يمكن الوصول إليه من الخارج، دون اسم مستخدم أو كلمة مرور.
told-url-limit = سمّت طلبات هذا العميل { $max } عنوانًا، وهذا هو الحد. أعد ذكر أحدها، أو أزل واحدًا من صفحة Webhooks.
fault-moment = يجب أن تكون القيمة تاريخًا (YYYY-MM-DD) أو لحظة (RFC 3339).

## حالات العمليات

transaction-pending = قيد الانتظار
transaction-due = موافق عليها
transaction-in-progress = قيد التنفيذ
transaction-paid = مدفوعة
transaction-failed = فاشلة
transaction-invalid = غير صالحة
transaction-rejected = مرفوضة
transaction-cancelled = ملغاة
transaction-returned = معادة

## الأعمدة

field-reference = المرجع
field-beneficiary-name = اسم المستفيد
field-iban = رقم الآيبان
field-account-number = رقم الحساب
field-bank-code = رمز البنك
field-mobile = رقم الجوال
field-provider = مزود المحفظة
field-country = البلد
field-city = المدينة
field-email = البريد الإلكتروني
field-amount = المبلغ
field-currency = العملة
field-purpose = الغرض
field-comment = التعليق
field-pay-on = تاريخ الدفع

## ما يُحفظ مع الصفوف والدفعات

told-destination = الوجهة ناقصة: اذكر الآيبان، أو رقم الحساب مع رمز البنك، أو رقم الجوال.
told-total-line = الوجهة ناقصة، كما في سطر المجاميع.
told-two-destinations = الآيبان ورقم الحساب مذكوران معًا: أبق أحدهما.
told-missing = ناقص: { $field }.
told-provider = مزود محفظة إلى جانب حساب بنكي: احذف أحدهما.
told-iban-check = رقما التحقق في الآيبان غير مطابقين.
told-iban-form = لا يتكون الآيبان من حرفين ورقمين ثم 30 حرفًا ورقمًا على الأكثر.
told-iban-length = ليس للآيبان طول بلد { $country } أو شكله.
told-iban-nowhere = يبدأ الآيبان بـ { $country }، وليس له أرقام آيبان.
told-characters = في { $field } رموز غير الحروف والأرقام.
told-too-long = { $field } طويل: { $count } حرفًا، والحد { $limit }.
told-country = البلد ليس رمزًا من حرفين (ISO 3166-1) مثل MW.
told-email = لا يمكن استخدام هذا البريد الإلكتروني.
told-amount = المبلغ ليس رقمًا.
told-scientific = المبلغ مكتوب بالصيغة العلمية: اكتب كل الأرقام.
told-grouping = آلاف المبلغ ليست في مجموعات من ثلاثة أرقام.
told-decimals = خانات عشرية كثيرة: لعملة { $currency } { $decimals }.
told-not-positive = المبلغ ليس أكبر من صفر.
told-too-large = المبلغ فوق الحد { $limit }.
told-other-style = النقطة والفاصلة في المبلغ على عكس بقية الملف.
told-currency = العملة ليست عملة الحساب { $currency }.
told-purpose = الغرض ليس واحدًا من الأغراض الـ{ $count } المتاحة.
told-mobile-characters = في رقم الجوال رموز غير الأرقام.
told-mobile-calling-code = ليس لرقم الجوال رمز نداء أي بلد.
told-mobile-short = ينقص رقم الجوال { $count } من الأرقام لبلد { $country }.
told-mobile-long = يزيد رقم الجوال { $count } من الأرقام لبلد { $country }.
told-mobile-unknown = رقم الجوال هذا غير موجود في { $country }.
told-date = لا يمكن قراءة التاريخ: اكتبه YYYY-MM-DD.
told-date-form = التاريخ غير مكتوب بالصيغة YYYY-MM-DD.
told-date-past = مضى هذا التاريخ.
told-date-far = التاريخ بعد أكثر من { $days } يومًا.
told-reference-twice = المرجع نفسه في الصف { $row }.
told-reference-used = هذا المرجع مدفوع أو قيد الدفع في الدفعة { $batch }.
told-total = بهذا الصف تتجاوز الدفعة الحد { $limit }.
told-left-out = تُرك خارج هذه الدفعة.
told-zeros-lost = لرقم الحساب { $count } رقمًا ولغيره في { $bank } { $length }: ضاعت الأصفار الأولى.
told-not-submitted = لم تُرسل الدفعة: { $reason }.
told-file-empty = الملف فارغ. أرسل ملف CSV أو XLSX فيه صف عناوين وصف واحد على الأقل تحته.
told-file-header = في الملف صف عناوين ولا صف تحته. أضف صفًا واحدًا على الأقل وأرسله من جديد.
told-file-large = الملف أكبر من الحد { $mib } MiB. قسمه إلى ملفات أصغر.
told-file-rows = في الملف أكثر من { $limit } صفًا. قسمه إلى ملفات من { $most } صفًا على الأكثر.
told-file-not-sheet = الملف ليس جدولًا ({ $what }). احفظ القائمة بصيغة XLSX أو CSV وأرسلها.
told-file-password = الملف محمي بكلمة سر. احفظ نسخة بلا كلمة سر وأرسلها.
