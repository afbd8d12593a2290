//! The other names of our columns. Matching is in `headings`.
//!
//! The invariant: no name stands for two fields, and each is in small letters without spaces and signs.

use crate::domain::field::Field;

/// What people call our columns, without spaces and signs. A name stands here only if a payments
/// file can mean nothing else by it: "Bank", "Date", "Code" and "Total" are for the person to decide.
pub(super) const fn other_names(field: Field) -> &'static str {
    match field {
        Field::Reference => {
            "ref refno referenceno referencenumber yourreference paymentreference \
             paymentref payoutreference transactionreference customerreference \
             externalreference externalid merchantreference staffno staffnumber staffid \
             employeeno employeenumber employeeid empno empid payrollno payrollnumber \
             personnelnumber invoiceno invoicenumber endtoendid"
        }
        Field::BeneficiaryName => {
            "beneficiary beneficiaryfullname name fullname names employee employeename \
             employeefullname staffname payee payeename recipient recipientname \
             receivername creditorname accountname accountholder accountholdername \
             nameofbeneficiary nameofemployee suppliername vendorname customername"
        }
        Field::Iban => {
            "ibanno ibannumber ibancode beneficiaryiban payeeiban creditoriban \
             bankaccountiban"
        }
        Field::AccountNumber => {
            "accountno account accountnum acctno acctnumber accno accnumber acno \
             bankaccount bankaccountno bankaccountnumber beneficiaryaccount \
             beneficiaryaccountno beneficiaryaccountnumber payeeaccount creditaccount \
             creditaccountnumber"
        }
        Field::BankCode => {
            "sortcode banksortcode branchcode bankbranchcode routingnumber routingcode \
             bankroutingnumber swift swiftcode swiftbic bic biccode bicswift bankidentifier \
             bankid beneficiarybankcode"
        }
        Field::Mobile => {
            "mobileno mobilenumber mobilephone mobilephonenumber mobilemoney \
             mobilemoneynumber mobilewallet walletnumber walletmobile walletno phone \
             phoneno phonenumber telephone telephonenumber cell cellphone cellno cellnumber \
             cellphonenumber msisdn contactnumber beneficiarymobile beneficiaryphone"
        }
        Field::Provider => {
            "walletprovider mobilemoneyprovider mobileprovider providercode mobileoperator \
             operator network mobilenetwork mno telco"
        }
        Field::Country => "countrycode beneficiarycountry countryiso isocountry nationcode",
        Field::City => "town beneficiarycity citytown towncity",
        Field::Email => "emailaddress mail beneficiaryemail employeeemail payeeemail remittanceemail",
        Field::Amount => {
            "netpay netsalary netwage netwages netamount amounttopay amountdue payamount \
             payableamount amountpayable paymentamount payoutamount transferamount \
             transactionamount netpayable payoutvalue takehomepay"
        }
        Field::Currency => "currencycode ccy curr isocurrency paymentcurrency",
        Field::Purpose => "purposecode paymentpurpose purposeofpayment payoutpurpose transactionpurpose",
        Field::Comment => {
            "comments narration narrative description paymentdescription remark remarks \
             rationale paymentdetails paymentnarration memo message"
        }
        Field::PayOn => {
            "paydate paymentdate payoutdate payday valuedate executiondate scheduleddate \
             scheduledate scheduledfor dateofpayment"
        }
    }
}
