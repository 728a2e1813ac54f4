//! What an official and a scanner find on the form.

use std::time::{Duration, Instant};

use typeset::{Form, UnitKind};

use crate::form::{employed, without_work};
use crate::paper::{Paper, TYPESETTER};

const KIB: usize = 1024;

/// an official reads the form, so that nothing is printed over anything else.
#[test]
fn no_word_is_printed_over_another() {
    for form in [employed(), without_work()] {
        let words = Paper::of(&form).words();
        for (index, word) in words.iter().enumerate() {
            let covered = words[..index].iter().find(|other| word.covers(other));
            assert!(covered.is_none(), "{} covers {}", word.text, covered.unwrap().text);
        }
    }
}

/// every field stands on the form, in full.
#[test]
fn every_field_is_on_the_form() {
    let text = Paper::of(&employed()).text();

    for expected in [
        "济南市“求学圆梦行动”",
        "学历提升补助申请表",
        "2021年济南市一线职工“求学圆梦行动”",
        "春季批次",
        "QXYM-2021-000123",
        "第2版",
        "刘建国",
        "370117199003071232",
        "■男□女",
        "1990年3月7日",
        "15453112345",
        "山东省济南市钢城区艾山街道办事处南岭社区12号楼3单元501室",
        "■是□否",
        "贴照片处",
        "山东钢铁股份有限公司莱芜分公司",
        "91370117MA3C4D5E6X",
        "■企业□事业单位□机关",
        "轧钢工",
        "普通职工",
        "济南市钢城区艾山街道总工会",
        "济南大学",
        "机械设计制造及其自动化",
        "本科（专科起点）",
        "函授",
        "2021年春季",
        "2021年3月1日",
        "2.5年",
        "6,000.00元",
        "■银行卡□齐鲁工惠APP",
        "中国工商银行",
        "6222021602012345678",
        "申请人签字",
        "负责人或经办人签字",
        "联系方式",
        "单位公章或工会公章",
        "街镇（功能区）工会意见",
        "区县总工会（省级产业工会）意见",
        "市总工会意见",
        "填表须知",
        "打印时间：2021-05-0508:30",
        "职工咨询服务热线：4000123318转0",
        "钢城区总工会服务热线：76891124",
    ] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
}

/// a migrant worker without work has no unit, and a committee stamps.
#[test]
fn a_worker_without_work_is_stamped_for_by_a_committee() {
    let text = Paper::of(&without_work()).text();

    assert!(text.contains("■暂无工作的农民工"));
    assert!(text.contains("街道、社区（村）居委会意见"));
    assert!(text.contains("■齐鲁工惠APP“我的钱包”"));
    assert!(text.contains("QLGH-15453112345"));
    for absent in ["统一社会", "单位公章", "银行卡号"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn each_kind_of_unit_is_ticked() {
    for (kind, ticked) in [
        (UnitKind::Enterprise, "■企业□事业单位□机关"),
        (UnitKind::Institution, "□企业■事业单位□机关"),
        (UnitKind::Government, "□企业□事业单位■机关"),
    ] {
        let mut form = employed();
        if let typeset::Employment::Unit(unit) = &mut form.employment {
            unit.kind = kind;
        }
        assert!(Paper::of(&form).text().contains(ticked));
    }
}

#[test]
fn the_form_is_one_page_of_a4() {
    for form in [employed(), without_work()] {
        let paper = Paper::of(&form);

        assert_eq!(paper.info("Pages"), "1");
        assert!(paper.info("Page size").ends_with("(A4)"), "{}", paper.info("Page size"));
    }
}

/// the code reads back from the picture of a page, even a coarse one.
#[test]
fn the_code_is_read_from_a_picture_of_the_page() {
    let paper = Paper::of(&employed());

    for dpi in [100, 150, 300] {
        assert_eq!(paper.scan(dpi), employed().qr_text, "at {dpi} dots per inch");
    }
}

#[test]
fn equal_forms_give_equal_bytes() {
    let first = TYPESETTER.print(&employed()).unwrap();
    TYPESETTER.print(&without_work()).unwrap();

    assert_eq!(first, TYPESETTER.print(&employed()).unwrap());
    assert_ne!(first, TYPESETTER.print(&Form { revision: 3, ..employed() }).unwrap());
}

#[test]
fn a_form_is_at_most_300_kib() {
    for form in [employed(), without_work()] {
        let size = Paper::of(&form).pdf.len();
        assert!(size <= 300 * KIB, "{size} bytes");
    }
}

/// The promise holds for a release build on one core; other builds get ten times as long.
#[test]
fn a_form_after_the_first_is_quick() {
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 1500 } else { 150 });
    TYPESETTER.print(&employed()).unwrap();

    let mut times: Vec<Duration> = (3..8)
        .map(|revision| {
            let start = Instant::now();
            let mut form = Form { revision, ..employed() };
            form.person.name = format!("刘建国{revision}");
            TYPESETTER.print(&form).unwrap();
            start.elapsed()
        })
        .collect();
    times.sort();

    assert!(times[2] <= limit, "{times:?}");
}
