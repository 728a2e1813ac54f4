//! Forms of workers who do not exist.

use typeset::{Education, Employment, Form, HelpLine, Payee, Person, Sex, Unit, UnitKind};

pub(crate) fn employed() -> Form {
    Form {
        number: "QXYM-2021-000123".into(),
        revision: 2,
        qr_text: "YM1:QXYM-2021-000123:2:4f1c9a7be02d6358a1b0".into(),
        programme: "2021年济南市一线职工“求学圆梦行动”".into(),
        round: "春季批次".into(),
        person: person(),
        employment: Employment::Unit(unit()),
        chosen_union: "济南市钢城区艾山街道总工会".into(),
        education: education(),
        payee: Payee::BankCard {
            bank: "中国工商银行".into(),
            number: "6222021602012345678".into(),
            holder: "刘建国".into(),
        },
        printed_at: "2021-05-05 08:30".into(),
        help_lines: vec![
            HelpLine { name: "职工咨询服务热线".into(), phone: "4000123318转0".into() },
            HelpLine { name: "钢城区总工会服务热线".into(), phone: "76891124".into() },
        ],
    }
}

/// no unit, another stamp.
pub(crate) fn without_work() -> Form {
    let payee = Payee::Wallet { account: "QLGH-15453112345".into(), holder: "刘建国".into() };
    Form { employment: Employment::WithoutWork, payee, ..employed() }
}

fn person() -> Person {
    Person {
        name: "刘建国".into(),
        id_number: "370117199003071232".into(),
        sex: Sex::Male,
        birth_date: "1990年3月7日".into(),
        phone: "15453112345".into(),
        household: "山东省济南市钢城区艾山街道办事处南岭社区12号楼3单元501室".into(),
        migrant_worker: true,
    }
}

fn unit() -> Unit {
    Unit {
        name: "山东钢铁股份有限公司莱芜分公司".into(),
        credit_code: "91370117MA3C4D5E6X".into(),
        kind: UnitKind::Enterprise,
        post: "轧钢工".into(),
        rank: "普通职工".into(),
    }
}

fn education() -> Education {
    Education {
        institution: "济南大学".into(),
        major: "机械设计制造及其自动化".into(),
        level: "本科（专科起点）".into(),
        form_of_study: "函授".into(),
        season: "2021年春季".into(),
        entered_on: "2021年3月1日".into(),
        length: "2.5年".into(),
        tuition: "6,000.00元".into(),
    }
}
